'use client'
import { TextField } from '@repo/ui/field'
import { rich, t } from '@repo/ui/words'
import { type ComponentProps, useState } from 'react'
import { isCode } from '../api/request.ts'
import { useForm } from '../form/use-form.ts'
import { askForReset, redeemReset } from './entrance.ts'
import { useFragment } from './fragment.ts'
import { AccountFrame, FormAlert, TextLink } from './frame.tsx'
import { SubmitButton } from './submit-button.tsx'

/** `/reset` asks for a link, `/reset#<token>` is where it leads to. */
export function ResetPage() {
  const token = useFragment()
  if (token) return <NewPassword key={token} token={token} />
  return <AskForLink />
}

function AskForLink() {
  const [sentTo, setSentTo] = useState<string>()
  const form = useForm({
    fields: ['email'],
    needed: { email: t('An e-mail address is required.') },
    submit: async ({ email = '' }) => {
      await askForReset(email.trim())
      setSentTo(email.trim())
    },
  })
  if (sentTo !== undefined)
    return (
      <AccountFrame title={t('Look into your mail')}>
        <p role="status" className="text-16 [overflow-wrap:anywhere]">
          {t('If somebody here is known by {address}, a link is on its way. It is good for thirty minutes.', {
            address: sentTo,
          })}
        </p>
        <p className="mt-6">
          <TextLink href="/signin">{t('Back to sign in')}</TextLink>
        </p>
      </AccountFrame>
    )
  return (
    <AccountFrame title={t('Forgot your password?')}>
      <OneFieldForm
        form={form}
        verb={[t('Send the link'), t('Sending…')]}
        id="email"
        type="email"
        label={t('E-mail')}
        autoComplete="email"
        hint={t('The address of your account: a link for a new password goes there.')}
      />
      <p className="mt-6">
        <TextLink href="/signin">{t('Back to sign in')}</TextLink>
      </p>
    </AccountFrame>
  )
}

function NewPassword({ token }: { token: string }) {
  const [state, setState] = useState<'asked' | 'set' | 'over'>('asked')
  const form = useForm({
    fields: ['password'],
    needed: { password: t('A password is required.') },
    submit: async ({ password = '' }) => {
      try {
        await redeemReset({ token, password })
        setState('set')
      } catch (error) {
        if (!isCode(error, 'gone')) throw error
        setState('over')
      }
    },
  })
  if (state === 'set')
    return (
      <AccountFrame title={t('Your password is set')}>
        <p role="status" className="text-16">
          {rich('You are signed out everywhere. {link} with the new password.', {
            link: <TextLink href="/signin">{t('Sign in')}</TextLink>,
          })}
        </p>
      </AccountFrame>
    )
  if (state === 'over')
    return (
      <AccountFrame title={t('This link holds no more')}>
        <p role="status" className="text-16">
          {rich('It was used, or its time is over. {link}.', {
            link: <TextLink href="/reset">{t('Ask for another one')}</TextLink>,
          })}
        </p>
      </AccountFrame>
    )
  return (
    <AccountFrame title={t('Choose a new password')}>
      <OneFieldForm
        form={form}
        verb={[t('Set the password'), t('Setting…')]}
        id="password"
        type="password"
        label={t('New password')}
        autoComplete="new-password"
        hint={t('At least 8 characters. Every session of yours ends.')}
      />
    </AccountFrame>
  )
}

interface OneFieldFormProps extends Omit<ComponentProps<typeof TextField>, 'form'> {
  form: ReturnType<typeof useForm>
  verb: readonly [string, string]
}

function OneFieldForm({ form: { props, isBusy, errors }, verb, ...field }: OneFieldFormProps) {
  return (
    <form {...props} className="flex flex-col gap-4">
      {errors.form && <FormAlert>{errors.form}</FormAlert>}
      <TextField name={field.id} required error={errors[field.id]} {...field} />
      <SubmitButton isBusy={isBusy} verb={verb} />
    </form>
  )
}
