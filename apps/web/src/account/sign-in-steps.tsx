'use client'
import type { Entered, SignInMethods } from '@repo/contracts/accounts'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { useForm } from '../form/use-form.ts'
import { signIn } from './entrance.ts'
import { FormAlert, TextLink } from './frame.tsx'
import { OtherWays } from './other-ways.tsx'
import { SecondFactorForm } from './second-factor-form.tsx'
import { SubmitButton } from './submit-button.tsx'

interface SignInStepsProps {
  methods: SignInMethods | undefined
  /** Of a second factor that is asked for already. */
  challenge?: string | undefined
  /** What another page of signing in failed with. */
  failure?: string | undefined
  /** What leads to the login of the organisation, and comes back after it. */
  oidcHref: string
  /** Before it leads there. */
  onLeave?: (() => void) | undefined
  onSignedIn: () => Promise<void> | void
}

/** By name and password, and then by a second factor where there is one; or by a passkey or the organisation's login. */
export function SignInSteps({ methods, challenge: first, failure, onSignedIn, ...oidc }: SignInStepsProps) {
  const [challenge, setChallenge] = useState(first)
  const [reason, setReason] = useState<string>()
  async function go(entered: Entered): Promise<void> {
    if (entered.state === 'second_factor') setChallenge(entered.challenge)
    else await onSignedIn()
  }
  if (challenge !== undefined)
    return (
      <SecondFactorForm
        challenge={challenge}
        onEntered={go}
        onOver={(why) => {
          setChallenge(undefined)
          setReason(why)
        }}
      />
    )
  return (
    <>
      <PasswordForm failure={reason ?? failure} hasReset={methods?.passwordReset ?? false} onEntered={go} />
      <OtherWays methods={methods} {...oidc} onEntered={go} />
    </>
  )
}

interface PasswordFormProps {
  failure: string | undefined
  hasReset: boolean
  onEntered: (entered: Entered) => Promise<void>
}

function PasswordForm({ failure, hasReset, onEntered }: PasswordFormProps) {
  const { props, isBusy, errors } = useForm({
    fields: ['username', 'password'],
    needed: { username: t('A user name is required.'), password: t('A password is required.') },
    submit: async ({ username = '', password = '' }) => onEntered(await signIn({ username, password })),
  })
  const shown = errors.form ?? (Object.keys(errors).length === 0 ? failure : undefined)
  return (
    <form {...props} className="flex flex-col gap-4">
      {shown && <FormAlert>{shown}</FormAlert>}
      <UserNameField error={errors.username} />
      <TextField
        id="password"
        name="password"
        type="password"
        label={t('Password')}
        autoComplete="current-password"
        required
        error={errors.password}
      />
      <SubmitButton isBusy={isBusy} verb={[t('Sign in'), t('Signing in…')]} />
      {hasReset && (
        <p>
          <TextLink href="/reset">{t('Forgot your password?')}</TextLink>
        </p>
      )}
    </form>
  )
}

export function UserNameField({ error }: { error: string | undefined }) {
  return (
    <TextField
      id="username"
      name="username"
      label={t('User name')}
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      required
      maxLength={64}
      error={error}
    />
  )
}
