'use client'
import { Button } from '@repo/ui/button'
import { Item, ItemList } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
import { rich, t } from '@repo/ui/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useMethods } from '../account/use-methods.ts'
import { accountKeys, beginLink, identitiesQuery, unlink } from '../api/account-queries.ts'
import type { Account, Identity } from '../api/account-types.ts'
import { notify } from '../shell/notices.tsx'
import { Ago } from '../shell/time.tsx'
import { ProofDialog } from './proof-dialog.tsx'
import { Reading } from './reading.tsx'

type Open = { kind: 'link' } | { kind: 'unlink'; identity: Identity }

/** Whoever signs in by the login of their organisation comes to this account once the two are linked. */
export function IdentitiesPanel({ account }: { account: Account | undefined }) {
  const organisation = useMethods()?.oidc?.name
  const identities = useQuery(identitiesQuery)
  const [open, setOpen] = useState<Open>()
  // Where there is no such login, there is nothing to say of it, except of one that is left from before.
  if (!organisation && !identities.data?.length) return null
  const mayLink = account && organisation && identities.data?.length === 0
  return (
    <Panel
      title={t('Login of your organisation')}
      action={
        mayLink && (
          <Button onClick={() => setOpen({ kind: 'link' })}>{t('Link {organisation}', { organisation })}</Button>
        )
      }
    >
      <Reading query={identities}>
        {(items) =>
          items.length === 0 ? (
            <p className="text-muted">{t('Not linked. Once it is, you sign in to this account with it.')}</p>
          ) : (
            <ItemList label={t('Logins of your organisation')}>
              {items.map((identity) => (
                <IdentityItem
                  key={identity.id}
                  identity={identity}
                  onUnlink={() => setOpen({ kind: 'unlink', identity })}
                />
              ))}
            </ItemList>
          )
        }
      </Reading>
      {open?.kind === 'link' && account && (
        <LinkDialog account={account} organisation={organisation ?? ''} onClose={() => setOpen(undefined)} />
      )}
      {open?.kind === 'unlink' && account && (
        <UnlinkDialog account={account} identity={open.identity} onClose={() => setOpen(undefined)} />
      )}
    </Panel>
  )
}

function IdentityItem({ identity: { issuer, createdAt }, onUnlink }: { identity: Identity; onUnlink: () => void }) {
  return (
    <Item title={hostOf(issuer)} note={rich('Linked {time}', { time: <Ago at={createdAt} /> })}>
      <Button aria-label={t('Unlink {issuer}', { issuer: hostOf(issuer) })} onClick={onUnlink}>
        {t('Unlink')}
      </Button>
    </Item>
  )
}

interface LinkDialogProps {
  account: Account
  organisation: string
  onClose: () => void
}

function LinkDialog({ account, organisation, onClose }: LinkDialogProps) {
  return (
    <ProofDialog
      account={account}
      title={t('Link {organisation}?', { organisation })}
      verb={[t('Go there'), t('Going there…')]}
      look="primary"
      act={async (proof) => location.assign((await beginLink(proof)).url)}
      onClose={onClose}
    >
      {t('You sign in there, and come back to this page. From then on that login opens your account.')}
    </ProofDialog>
  )
}

interface UnlinkDialogProps {
  account: Account
  identity: Identity
  onClose: () => void
}

function UnlinkDialog({ account, identity, onClose }: UnlinkDialogProps) {
  const client = useQueryClient()
  return (
    <ProofDialog
      account={account}
      title={t('Unlink this login?')}
      verb={[t('Unlink'), t('Unlinking…')]}
      act={async (proof) => {
        await unlink(identity.id, proof)
        await client.invalidateQueries({ queryKey: accountKeys.account })
        notify(t('The login is unlinked. Every other session of yours has ended.'))
        onClose()
      }}
      onClose={onClose}
    >
      {rich('The login at {issuer} will not open your account any more, and every other session of yours ends.', {
        issuer: <strong className="font-bold">{hostOf(identity.issuer)}</strong>,
      })}
    </ProofDialog>
  )
}

function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer
}
