'use client'
import { Dialog } from '@repo/ui/dialog'
import { useState } from 'react'
import { renewRecoveryCodes } from '../api/account-queries.ts'
import type { Account } from '../api/account-types.ts'
import { ProofDialog } from './proof-dialog.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

export function RenewCodesDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const [codes, setCodes] = useState<readonly string[]>()
  if (codes)
    return (
      <Dialog key="keep" title="Keep these recovery codes" onClose={onClose}>
        <RecoveryCodes codes={codes} username={account.username} onDone={onClose} />
      </Dialog>
    )
  return (
    <ProofDialog
      account={account}
      title="New recovery codes?"
      verb={['Make new codes', 'Making…']}
      act={async (proof) => setCodes((await renewRecoveryCodes(proof)).recoveryCodes)}
      onClose={onClose}
    >
      The codes that you have now end.
    </ProofDialog>
  )
}
