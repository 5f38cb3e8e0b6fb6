'use client'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useForm } from '../form/use-form.ts'
import { signIn, signUp } from './entrance.ts'
import { FormAlert } from './frame.tsx'
import { UserNameField } from './sign-in-steps.tsx'
import { SubmitButton } from './submit-button.tsx'

interface SignUpFormProps {
  /** Whether an address is of use: a forgotten password is reset by it. */
  hasReset: boolean
  invitation?: string
  onSignedIn: () => void
}

/** Makes the account, and signs in with it. */
export function SignUpForm({ hasReset, invitation, onSignedIn }: SignUpFormProps) {
  const { props, isBusy, errors } = useForm({
    fields: ['username', 'password', 'email'],
    needed: { username: t('A user name is required.'), password: t('A password is required.') },
    submit: async ({ username = '', password = '', email = '' }) => {
      const address = email.trim()
      const invited = invitation === undefined ? {} : { invitation }
      await signUp({ username, password, ...(address ? { email: address } : {}), ...invited })
      await signIn({ username, password })
      onSignedIn()
    },
  })
  return (
    <form {...props} className="flex flex-col gap-4">
      {errors.form && <FormAlert>{errors.form}</FormAlert>}
      <UserNameField error={errors.username} />
      <TextField
        id="password"
        name="password"
        type="password"
        label={t('Password')}
        autoComplete="new-password"
        required
        hint={t('At least 8 characters.')}
        error={errors.password}
      />
      {hasReset && (
        <TextField
          id="email"
          name="email"
          type="email"
          label={t('E-mail, if you like')}
          autoComplete="email"
          hint={t('For a new password, should you forget this one.')}
          error={errors.email}
        />
      )}
      <SubmitButton isBusy={isBusy} verb={[t('Create account'), t('Creating…')]} />
    </form>
  )
}
