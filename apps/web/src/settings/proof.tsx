'use client'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import type { Account, Proof } from '../api/account-types.ts'
import { failureText, isCode } from '../api/request.ts'
import { WrongAtField } from '../form/field-errors.ts'

/** What the server asks of whoever is signed in before it lets something weighty be done. */
type ProofKind = 'password' | 'code' | 'none'

export function proofKind({ hasPassword, secondFactor }: Account): ProofKind {
  if (hasPassword) return 'password'
  return secondFactor.enabled ? 'code' : 'none'
}

export function proofNeeded(account: Account): Record<string, string> {
  const kind = proofKind(account)
  if (kind === 'none') return {}
  return { proof: kind === 'password' ? t('Your password is required.') : t('A code is required.') }
}

/** Does something with the proof of the form; what is wrong with the proof stands at its field. */
export async function withProof<Done>(
  account: Account,
  value: string,
  act: (proof: Proof) => Promise<Done>,
): Promise<Done> {
  const kind = proofKind(account)
  try {
    return await act(kind === 'none' ? {} : { [kind]: value })
  } catch (error) {
    if (isCode(error, 'wrong_credentials'))
      throw new WrongAtField('proof', t('This is not your password.'), { cause: error })
    if (isCode(error, 'wrong_code') || isCode(error, 'too_many_requests'))
      throw new WrongAtField('proof', failureText(error), { cause: error })
    throw error
  }
}

export function ProofField({ account, error }: { account: Account; error: string | undefined }) {
  const kind = proofKind(account)
  if (kind === 'none') return null
  if (kind === 'code')
    return (
      <TextField
        id="proof"
        name="proof"
        label={t('Code of your authenticator app')}
        autoComplete="one-time-code"
        className="num"
        required
        error={error}
      />
    )
  return (
    <>
      <input type="text" name="username" autoComplete="username" value={account.username} readOnly hidden />
      <TextField
        id="proof"
        name="proof"
        type="password"
        label={t('Your password')}
        autoComplete="current-password"
        required
        error={error}
      />
    </>
  )
}
