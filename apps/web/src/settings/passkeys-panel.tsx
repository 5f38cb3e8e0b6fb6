'use client'
import { Button } from '@repo/ui/button'
import { Item, ItemList } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { passkeyObstacle } from '../account/passkey.ts'
import { accountKeys, passkeysQuery, removePasskey } from '../api/account-queries.ts'
import type { Account, Passkey } from '../api/account-types.ts'
import { notify } from '../shell/notices.tsx'
import { Ago } from '../shell/time.tsx'
import { PasskeyDialog } from './passkey-dialog.tsx'
import { ProofDialog } from './proof-dialog.tsx'
import { Reading } from './reading.tsx'

/** The account comes later than the panel, and nothing can be done before it. */
export function PasskeysPanel({ account }: { account: Account | undefined }) {
  const client = useQueryClient()
  const passkeys = useQuery(passkeysQuery)
  const [isAdding, setIsAdding] = useState(false)
  const [going, setGoing] = useState<Passkey>()
  const obstacle = passkeyObstacle()
  const changed = () => client.invalidateQueries({ queryKey: accountKeys.passkeys })
  return (
    <Panel
      title="Passkeys"
      action={account && !obstacle && <Button onClick={() => setIsAdding(true)}>Add a passkey</Button>}
    >
      <Reading query={passkeys}>
        {(items) =>
          items.length === 0 ? (
            <p className="text-muted">
              {obstacle ??
                'None yet. A passkey signs you in by your fingerprint, your face or the lock of your device.'}
            </p>
          ) : (
            <ItemList label="Passkeys">
              {items.map((passkey) => (
                <PasskeyItem key={passkey.id} passkey={passkey} onRemove={() => setGoing(passkey)} />
              ))}
            </ItemList>
          )
        }
      </Reading>
      {isAdding && account && (
        <PasskeyDialog account={account} onAdded={() => void changed()} onClose={() => setIsAdding(false)} />
      )}
      {going && account && (
        <ProofDialog
          account={account}
          title="Remove this passkey?"
          verb={['Remove', 'Removing…']}
          act={async (proof) => {
            await removePasskey(going.id, proof)
            await changed()
            notify('The passkey is removed. Every other session of yours has ended.')
            setGoing(undefined)
          }}
          onClose={() => setGoing(undefined)}
        >
          <strong className="font-bold">{going.name}</strong> will sign nobody in any more, and every other session of
          yours ends.
        </ProofDialog>
      )}
    </Panel>
  )
}

function PasskeyItem({
  passkey: { name, createdAt, lastUsedAt },
  onRemove,
}: {
  passkey: Passkey
  onRemove: () => void
}) {
  return (
    <Item
      title={name}
      note={
        <>
          Added <Ago at={createdAt} />
          {lastUsedAt ? (
            <>
              , last used <Ago at={lastUsedAt} />
            </>
          ) : (
            ', never used'
          )}
        </>
      }
    >
      <Button aria-label={`Remove ${name}`} onClick={onRemove}>
        Remove
      </Button>
    </Item>
  )
}
