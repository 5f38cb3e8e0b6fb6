'use client'
import { Button } from '@repo/ui/button'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import { type UseQueryResult, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { accountKeys, removeSecondFactor } from '../api/account-queries.ts'
import type { Account } from '../api/account-types.ts'
import { notify } from '../shell/notices.tsx'
import { ProofDialog } from './proof-dialog.tsx'
import { Reading } from './reading.tsx'
import { RenewCodesDialog } from './renew-codes-dialog.tsx'

const SetUpDialog = dynamic(() => import('./second-factor-dialog.tsx').then((module) => module.SecondFactorDialog))

type Open = 'none' | 'set-up' | 'renew' | 'remove'

export function SecondFactorPanel({ account }: { account: UseQueryResult<Account> }) {
  const client = useQueryClient()
  const [open, setOpen] = useState<Open>('none')
  const changed = () => client.invalidateQueries({ queryKey: accountKeys.account })
  const close = () => {
    setOpen('none')
    void changed()
  }
  return (
    <Panel title={t('Second factor')}>
      <Reading query={account}>
        {(data) => (
          <>
            <State account={data} onOpen={setOpen} />
            {open === 'set-up' && <SetUpDialog account={data} onClose={close} />}
            {open === 'renew' && <RenewCodesDialog account={data} onClose={close} />}
            {open === 'remove' && (
              <ProofDialog
                account={data}
                title={t('Sign in without a second factor?')}
                verb={[t('Remove'), t('Removing…')]}
                act={async (proof) => {
                  await removeSecondFactor(proof)
                  notify(t('The second factor is removed. Every other session of yours has ended.'))
                  close()
                }}
                onClose={close}
              >
                {t('Your password alone will open your account, and every other session of yours ends.')}
              </ProofDialog>
            )}
          </>
        )}
      </Reading>
    </Panel>
  )
}

function State({ account: { secondFactor }, onOpen }: { account: Account; onOpen: (open: Open) => void }) {
  if (!secondFactor.enabled)
    return (
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 grow basis-64 text-muted">
          {t('An app on your telephone gives a code that signing in takes beside the password.')}
        </p>
        <Button onClick={() => onOpen('set-up')}>{t('Set up an app')}</Button>
      </div>
    )
  const left = secondFactor.recoveryCodesLeft
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="min-w-0 grow basis-64">
        <span className="font-medium">{t('Switched on.')}</span>{' '}
        <span className={left <= 3 ? 'text-degraded-fg' : 'text-muted'}>
          {t('{left, plural, one {# recovery code is} other {# recovery codes are}} left.', { left })}
        </span>
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => onOpen('renew')}>{t('New recovery codes')}</Button>
        <Button look="danger" onClick={() => onOpen('remove')}>
          {t('Remove')}
        </Button>
      </div>
    </div>
  )
}
