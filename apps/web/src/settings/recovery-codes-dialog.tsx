'use client'
import { Button } from '@repo/ui/button'
import { copyText } from '@repo/ui/copy-field'
import { rich, t } from '@repo/ui/words'
import { useState } from 'react'
import { ShownOnceDialog } from './shown-once-dialog.tsx'

interface RecoveryCodesDialogProps {
  codes: readonly string[]
  username: string
  onDone: () => void
}

export function RecoveryCodesDialog({ codes, username, onDone }: RecoveryCodesDialogProps) {
  const [said, setSaid] = useState('')
  const heading = t('Recovery codes of {username} for BetterUptime at {host}, each good for one time.', {
    username,
    host: location.host,
  })
  const text = `${heading}\n\n${codes.join('\n')}\n`
  const copy = async () => setSaid((await copyText(text)) ? t('Copied.') : t('This browser does not let a page copy.'))
  return (
    <ShownOnceDialog
      title={t('Keep these recovery codes')}
      done={t('I have kept them')}
      onDone={onDone}
      actions={
        <>
          <Button onClick={() => void copy()}>{t('Copy')}</Button>
          <Button onClick={() => download(text)}>{t('Download')}</Button>
        </>
      }
    >
      <p>
        {rich('Each of them signs you in once in place of a code, should you lose your app. They are shown {now}.', {
          now: <strong className="font-bold">{t('only now')}</strong>,
        })}
      </p>
      <ul
        aria-label={t('Recovery codes')}
        className="num grid grid-cols-2 gap-x-6 gap-y-1 rounded-control border border-line bg-bg px-4 py-3 select-all"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <p role="status" className="min-h-4 text-12 text-muted">
        {said}
      </p>
    </ShownOnceDialog>
  )
}

function download(text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  link.download = 'betteruptime-recovery-codes.txt'
  link.click()
  URL.revokeObjectURL(link.href)
}
