'use client'
import type { StatusPage } from '@repo/contracts/status-pages'
import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from '../form/use-form.ts'
import { FormEnd } from '../settings/form-end.tsx'
import { notify } from '../shell/notices.tsx'
import { removePagePassword, setPagePassword } from './asset-queries.ts'
import { pagesKey } from './page-queries.ts'
import { useNoticeDeed } from './use-notice-deed.ts'

/** Whether the page has a password, and a new one for it. It is shown to nobody. */
export function PasswordPanel({ page, mayChange }: { page: StatusPage; mayChange: boolean }) {
  const [isSetting, setIsSetting] = useState(false)
  const { mutate, isPending } = useNoticeDeed()
  const { id, hasPassword, draft } = page
  const isAsked = draft.access.kind === 'password'
  return (
    <Panel title={t('Password')}>
      <p>{hasPassword ? t('A password is set.') : t('No password is set.')}</p>
      <p className="mt-1 text-13 text-muted">
        {isAsked
          ? t('The page asks for it.')
          : t('Nobody is asked for it, as long as the page is not for those who know its password.')}
      </p>
      {mayChange && (
        <div className="mt-3 flex flex-wrap gap-2">
          <Button onClick={() => setIsSetting(true)}>
            {hasPassword ? t('Set another password') : t('Set a password')}
          </Button>
          {hasPassword && (
            <Button
              look="danger"
              disabled={isPending}
              onClick={() =>
                mutate({ act: () => removePagePassword(id), done: t('The page has no password any more.') })
              }
            >
              {t('Remove the password')}
            </Button>
          )}
        </div>
      )}
      {isSetting && <SetPasswordDialog id={id} onClose={() => setIsSetting(false)} />}
    </Panel>
  )
}

function SetPasswordDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const client = useQueryClient()
  const { props, isBusy, errors } = useForm({
    fields: ['password'],
    needed: { password: t('A new password is required.') },
    submit: async ({ password = '' }) => {
      await setPagePassword(id, password)
      await client.invalidateQueries({ queryKey: pagesKey })
      notify(t('The password is set.'))
      onClose()
    },
  })
  return (
    <Dialog title={t('Password of the page')} onClose={onClose}>
      <form {...props} className="flex flex-col gap-4">
        <TextField
          id="page-password"
          name="password"
          type="password"
          label={t('New password')}
          autoComplete="new-password"
          required
          hint={t('Whoever knows it sees the page. We keep it so that nobody can read it.')}
          error={errors.password}
        />
        <FormEnd failure={errors.form} isBusy={isBusy} verb={[t('Set password'), t('Setting…')]} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
