'use client'
import type { Entered } from '@repo/contracts/accounts'
import { Button } from '@repo/ui/button'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useEffect, useRef } from 'react'
import { isCode } from '../api/request.ts'
import { useForm } from '../form/use-form.ts'
import { answerChallenge } from './entrance.ts'
import { FormAlert } from './frame.tsx'
import { SubmitButton } from './submit-button.tsx'

interface SecondFactorFormProps {
  challenge: string
  onEntered: (entered: Entered) => Promise<void>
  /** The challenge holds no more: it begins anew, and why. */
  onOver: (why: string | undefined) => void
}

/** One field for both kinds of code; a password manager fills in the one of the app. */
export function SecondFactorForm({ challenge, onEntered, onOver }: SecondFactorFormProps) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  const { props, isBusy, errors } = useForm({
    fields: ['code'],
    needed: { code: t('A code is required.') },
    submit: async ({ code = '' }) => onEntered(await orOver(answerChallenge(challenge, code.trim()), onOver)),
  })
  return (
    <form {...props} className="flex flex-col gap-4">
      {errors.form && <FormAlert>{errors.form}</FormAlert>}
      <TextField
        ref={field}
        id="code"
        name="code"
        label={t('Code')}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={32}
        className="num"
        hint={t('The six digits of your authenticator app, or one of your recovery codes.')}
        error={errors.code}
      />
      <SubmitButton isBusy={isBusy} verb={[t('Continue'), t('Checking…')]} />
      <Button look="quiet" onClick={() => onOver(undefined)}>
        {t('Sign in as somebody else')}
      </Button>
    </form>
  )
}

/** A challenge is good for five minutes; whoever comes later begins with the password. */
async function orOver(answer: Promise<Entered>, onOver: (why: string) => void): Promise<Entered> {
  try {
    return await answer
  } catch (error) {
    if (isCode(error, 'wrong_code') && error instanceof Error && error.message === 'sign in anew')
      onOver(t('That took too long. Sign in again.'))
    throw error
  }
}
