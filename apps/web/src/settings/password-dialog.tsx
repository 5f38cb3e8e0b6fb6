'use client'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useQueryClient } from '@tanstack/react-query'
import { accountKeys, changePassword } from '../api/account-queries.ts'
import type { Account } from '../api/account-types.ts'
import { isCode } from '../api/request.ts'
import { WrongAtField } from '../form/field-errors.ts'
import { useForm } from '../form/use-form.ts'
import { notify } from '../shell/notices.tsx'
import { FormEnd } from './form-end.tsx'

export function PasswordDialog({
  account: { hasPassword, username },
  onClose,
}: {
  account: Account
  onClose: () => void
}) {
  const client = useQueryClient()
  const { props, isBusy, errors } = useForm({
    fields: hasPassword ? ['currentPassword', 'newPassword'] : ['newPassword'],
    needed: {
      ...(hasPassword ? { currentPassword: t('Your current password is required.') } : {}),
      newPassword: t('A new password is required.'),
    },
    submit: async ({ currentPassword, newPassword = '' }) => {
      try {
        await changePassword({ ...(hasPassword ? { currentPassword } : {}), newPassword })
      } catch (error) {
        if (!isCode(error, 'wrong_credentials')) throw error
        throw new WrongAtField('currentPassword', t('This is not your current password.'), { cause: error })
      }
      await client.invalidateQueries({ queryKey: accountKeys.account })
      notify(t('Your password is set. Every other session of yours has ended.'))
      onClose()
    },
  })
  return (
    <Dialog title={hasPassword ? t('Change your password') : t('Set a password')} onClose={onClose}>
      <form {...props} className="flex flex-col gap-4">
        {/* By this a password manager knows whose password it is. */}
        <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
        {hasPassword && (
          <TextField
            id="current-password"
            name="currentPassword"
            type="password"
            label={t('Current password')}
            autoComplete="current-password"
            required
            error={errors.currentPassword}
          />
        )}
        <TextField
          id="new-password"
          name="newPassword"
          type="password"
          label={t('New password')}
          autoComplete="new-password"
          required
          hint={t('At least 8 characters.')}
          error={errors.newPassword}
        />
        <FormEnd failure={errors.form} isBusy={isBusy} verb={[t('Set password'), t('Setting…')]} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
