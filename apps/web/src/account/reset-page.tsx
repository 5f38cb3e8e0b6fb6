'use client'
import { TextField } from '@repo/ui/field'
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
    needed: { email: 'An e-mail address is required.' },
    submit: async ({ email = '' }) => {
      await askForReset(email.trim())
      setSentTo(email.trim())
    },
  })
  if (sentTo !== undefined)
    return (
      <AccountFrame title="Look into your mail">
        <p role="status" className="text-16 [overflow-wrap:anywhere]">
          If somebody here is known by {sentTo}, a link is on its way. It is good for thirty minutes.
        </p>
        <p className="mt-6">
          <TextLink href="/signin">Back to sign in</TextLink>
        </p>
      </AccountFrame>
    )
  return (
    <AccountFrame title="Forgot your password?">
      <OneFieldForm
        form={form}
        verb={['Send the link', 'Sending…']}
        id="email"
        type="email"
        label="E-mail"
        autoComplete="email"
        hint="The address of your account: a link for a new password goes there."
      />
      <p className="mt-6">
        <TextLink href="/signin">Back to sign in</TextLink>
      </p>
    </AccountFrame>
  )
}

function NewPassword({ token }: { token: string }) {
  const [state, setState] = useState<'asked' | 'set' | 'over'>('asked')
  const form = useForm({
    fields: ['password'],
    needed: { password: 'A password is required.' },
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
      <AccountFrame title="Your password is set">
        <p role="status" className="text-16">
          You are signed out everywhere. <TextLink href="/signin">Sign in</TextLink> with the new password.
        </p>
      </AccountFrame>
    )
  if (state === 'over')
    return (
      <AccountFrame title="This link holds no more">
        <p role="status" className="text-16">
          It was used, or its time is over. <TextLink href="/reset">Ask for another one</TextLink>.
        </p>
      </AccountFrame>
    )
  return (
    <AccountFrame title="Choose a new password">
      <OneFieldForm
        form={form}
        verb={['Set the password', 'Setting…']}
        id="password"
        type="password"
        label="New password"
        autoComplete="new-password"
        hint="At least 8 characters. Every session of yours ends."
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
