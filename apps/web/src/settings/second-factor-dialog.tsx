'use client'
import { CopyField } from '@repo/ui/copy-field'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { confirmSecondFactor, offerSecondFactor } from '../api/account-queries.ts'
import type { Account, TotpEnrolment } from '../api/account-types.ts'
import { useForm } from '../form/use-form.ts'
import { FormEnd } from './form-end.tsx'
import { ProofField, proofNeeded, withProof } from './proof.tsx'
import { QrCode } from './qr-code.tsx'
import { RecoveryCodesDialog } from './recovery-codes-dialog.tsx'

type Step = { kind: 'prove' } | { kind: 'scan'; enrolment: TotpEnrolment } | { kind: 'keep'; codes: readonly string[] }

interface StepProps {
  account: Account
  onNext: (step: Step) => void
  onClose: () => void
}

/** Who you are, then the app and its first code, then the codes for the day on which the telephone is gone. */
export function SecondFactorDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const [step, setStep] = useState<Step>({ kind: 'prove' })
  const shared = { account, onNext: setStep, onClose }
  switch (step.kind) {
    case 'prove':
      return (
        <Dialog title={t('Set up an app')} onClose={onClose}>
          <Prove {...shared} />
        </Dialog>
      )
    case 'scan':
      return (
        <Dialog key="scan" title={t('Add BetterUptime to your app')} onClose={onClose}>
          <Scan {...shared} enrolment={step.enrolment} />
        </Dialog>
      )
    case 'keep':
      return <RecoveryCodesDialog codes={step.codes} username={account.username} onDone={onClose} />
  }
}

function Prove({ account, onNext, onClose }: StepProps) {
  const { props, isBusy, errors } = useForm({
    fields: ['proof'],
    needed: proofNeeded(account),
    submit: async ({ proof = '' }) =>
      onNext({ kind: 'scan', enrolment: await withProof(account, proof, offerSecondFactor) }),
  })
  return (
    <form {...props} className="flex flex-col gap-4">
      <p>{t('You need an authenticator app, such as the one of your password manager.')}</p>
      <ProofField account={account} error={errors.proof} />
      <FormEnd failure={errors.form} isBusy={isBusy} verb={[t('Continue'), t('Checking…')]} onCancel={onClose} />
    </form>
  )
}

function Scan({ enrolment, onNext, onClose }: StepProps & { enrolment: TotpEnrolment }) {
  const { props, isBusy, errors } = useForm({
    fields: ['code'],
    needed: { code: t('A code is required.') },
    submit: async ({ code = '' }) => {
      const { recoveryCodes } = await confirmSecondFactor(code.trim())
      onNext({ kind: 'keep', codes: recoveryCodes })
    },
  })
  return (
    <form {...props} className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-4">
        <QrCode text={enrolment.url} label={t('QR code for your authenticator app')} />
        <p className="min-w-0 grow basis-40">
          {t('Scan it with the app. Then type the six digits that the app shows.')}
        </p>
      </div>
      <CopyField id="totp-secret" label={t('Or type this into the app')} value={enrolment.secret} />
      <TextField
        id="totp-code"
        name="code"
        label={t('Code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        className="num"
        required
        maxLength={10}
        error={errors.code}
      />
      <FormEnd failure={errors.form} isBusy={isBusy} verb={[t('Switch on'), t('Checking…')]} onCancel={onClose} />
    </form>
  )
}
