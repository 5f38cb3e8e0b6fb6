'use client'
import { Button } from '@repo/ui/button'
import { Item, ItemList } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
import { rich, t } from '@repo/ui/words'
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
      title={t('Passkeys')}
      action={account && !obstacle && <Button onClick={() => setIsAdding(true)}>{t('Add a passkey')}</Button>}
    >
      <Reading query={passkeys}>
        {(items) =>
          items.length === 0 ? (
            <p className="text-muted">
              {obstacle ??
                t('None yet. A passkey signs you in by your fingerprint, your face or the lock of your device.')}
            </p>
          ) : (
            <ItemList label={t('Passkeys')}>
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
          title={t('Remove this passkey?')}
          verb={[t('Remove'), t('Removing…')]}
          act={async (proof) => {
            await removePasskey(going.id, proof)
            await changed()
            notify(t('The passkey is removed. Every other session of yours has ended.'))
            setGoing(undefined)
          }}
          onClose={() => setGoing(undefined)}
        >
          {rich('{name} will sign nobody in any more, and every other session of yours ends.', {
            name: <strong className="font-bold">{going.name}</strong>,
          })}
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
        lastUsedAt
          ? rich('Added {time}, last used {last}', { time: <Ago at={createdAt} />, last: <Ago at={lastUsedAt} /> })
          : rich('Added {time}, never used', { time: <Ago at={createdAt} /> })
      }
    >
      <Button aria-label={t('Remove {name}', { name })} onClick={onRemove}>
        {t('Remove')}
      </Button>
    </Item>
  )
}
