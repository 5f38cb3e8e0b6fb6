'use client'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { renewRecoveryCodes } from '../api/account-queries.ts'
import type { Account } from '../api/account-types.ts'
import { ProofDialog } from './proof-dialog.tsx'
import { RecoveryCodesDialog } from './recovery-codes-dialog.tsx'

export function RenewCodesDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const [codes, setCodes] = useState<readonly string[]>()
  if (codes) return <RecoveryCodesDialog codes={codes} username={account.username} onDone={onClose} />
  return (
    <ProofDialog
      account={account}
      title={t('New recovery codes?')}
      verb={[t('Make new codes'), t('Making…')]}
      act={async (proof) => setCodes((await renewRecoveryCodes(proof)).recoveryCodes)}
      onClose={onClose}
    >
      {t('The codes that you have now end.')}
    </ProofDialog>
  )
}
