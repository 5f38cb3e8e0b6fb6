'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { targetOf } from '@repo/contracts/spec-target'
import { isProbed } from '@repo/contracts/watched-by'
import { Button } from '@repo/ui/button'
import { copyText } from '@repo/ui/copy-field'
import { intervalText } from '@repo/ui/duration'
import { t } from '@repo/ui/words'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { kindWords } from '../monitors/check-kinds.ts'
import { useSearchParam } from '../navigation.ts'
import { Breadcrumb } from '../shell/breadcrumb.tsx'
import { notify } from '../shell/notices.tsx'
import { useShortcuts } from '../shell/shortcuts.ts'
import { useMay } from '../shell/use-may.ts'
import { boundsOf, type Span, writeSpan } from './span.ts'
import type { CheckNow } from './use-check-now.ts'
import { usePauseSwitch } from './use-pause.ts'
import { Verdict } from './verdict.tsx'

const EditDialog = dynamic(() => import('./edit-dialog.tsx').then((module) => module.EditDialog))
const DeleteDialog = dynamic(() => import('./delete-dialog.tsx').then((module) => module.DeleteDialog))

interface HeaderProps {
  monitor: Monitor
  span: Span
  now: CheckNow
}

/** What is watched, how it is, and what can be done with it. */
export function MonitorHeader({ monitor, span, now }: HeaderProps) {
  const { name, spec, intervalSeconds, regions } = monitor
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <Breadcrumb href="/monitors" text={t('Monitors')} />
        <h1 className="text-28 font-bold tracking-[-0.02em] break-words">{name}</h1>
        <Verdict monitor={monitor} />
        <p className="num mt-1 text-13 text-muted [overflow-wrap:anywhere]">
          <Target spec={spec} />
          {isProbed(spec) &&
            ` · ${t('every {interval}', { interval: intervalText(intervalSeconds) })} · ${regions.join(', ')}`}
        </p>
      </div>
      <Deeds monitor={monitor} span={span} now={now} />
    </header>
  )
}

function Deeds({ monitor, span, now }: HeaderProps) {
  const [isDeleting, setIsDeleting] = useState(false)
  const [form, setForm] = useSearchParam('form')
  const flipPause = usePauseSwitch()
  const edit = () => setForm('edit')
  const mayChange = useMay('member')
  const { spec, status } = monitor
  const mayCheck = mayChange && isProbed(spec) && status !== 'paused'
  useShortcuts({
    e: edit,
    ...(mayChange && { p: () => flipPause(monitor) }),
    ...(mayCheck && { r: () => !now.isBusy && now.check() }),
  })
  return (
    <div className="flex flex-wrap gap-2">
      <Button look="quiet" onClick={() => void share(span)}>
        {t('Share link')}
      </Button>
      {mayChange && (
        <>
          {mayCheck && (
            <Button disabled={now.isBusy} onClick={() => now.check()}>
              {now.isBusy ? t('Checking…') : t('Check now')}
            </Button>
          )}
          <Button onClick={() => flipPause(monitor)}>{status === 'paused' ? t('Resume') : t('Pause')}</Button>
        </>
      )}
      <Button onClick={edit}>{mayChange ? t('Edit') : t('See settings')}</Button>
      {mayChange && (
        <Button look="danger" onClick={() => setIsDeleting(true)}>
          {t('Delete')}
        </Button>
      )}
      {form === 'edit' && <EditDialog monitor={monitor} onClose={() => setForm('')} />}
      {isDeleting && <DeleteDialog monitor={monitor} onClose={() => setIsDeleting(false)} />}
    </div>
  )
}

/** The address with the stretch of time as it is now: who opens it tomorrow sees the same. */
async function share(span: Span): Promise<void> {
  const { fromMs, toMs } = boundsOf(span, Date.now())
  const fixed = { kind: 'custom', fromMs, toMs } as const
  const href = `${location.origin}${location.pathname}${writeSpan(location.search, fixed, '24h')}`
  if (await copyText(href)) notify(t('The link is copied. It shows just this stretch of time.'))
  else notify(t('The browser gives no clipboard here: copy the address of the page.'), { failed: true })
}

/** What is asked of whom; a website can be opened from here. */
function Target({ spec }: { spec: Monitor['spec'] }) {
  if (spec.kind !== 'http') return `${kindWords[spec.kind]} ${targetOf(spec)}`
  return (
    <>
      {spec.method ?? 'GET'}{' '}
      <a
        href={spec.url}
        target="_blank"
        rel="noreferrer"
        className="text-accent underline underline-offset-2 hover:no-underline"
      >
        {spec.url}
      </a>
    </>
  )
}
