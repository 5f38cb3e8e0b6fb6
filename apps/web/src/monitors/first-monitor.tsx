'use client'
import { Button } from '@repo/ui/button'
import { TextField } from '@repo/ui/field'
import { TickLine } from '@repo/ui/tick-line'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { notify } from '../shell/notices.tsx'
import { FirstLook } from './first-look.tsx'
import { newDraft, newSpec } from './monitor-draft.ts'
import { useSaveMonitor } from './use-save-monitor.ts'
import { looksOf, useTestRun } from './use-test-run.ts'

const example = Array.from({ length: 60 }, (_, index) => ({
  verdict: index >= 41 && index < 45 ? ('down' as const) : ('up' as const),
  responseTimeMs: 40 + 160 * Math.abs(Math.sin(index * 12.9898)) ** 6,
}))

/** The first screen of a new account: one sentence, one field, and what a monitor will look like until it is seen. */
export function FirstMonitor() {
  const { save, isSaving, errors } = useSaveMonitor((monitor) =>
    notify(t('{name} is watched.', { name: monitor.name })),
  )
  const [url, setUrl] = useState('')
  const asked = { spec: newSpec(newDraft(url)) }
  const run = useTestRun(asked)
  return (
    <div className="max-w-160 pt-6 md:pt-16">
      <h1 className="text-28 font-bold tracking-[-0.02em]">{t('Nothing is watched yet.')}</h1>
      <p className="mt-2 text-16 text-muted">{t('Name a website, and its first check is here within seconds.')}</p>
      <form
        noValidate
        className="mt-6 flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          save(newDraft(url), looksOf(run))
        }}
      >
        <div className="min-w-0 grow basis-64">
          <TextField
            id="first-url"
            name="url"
            label={t('URL')}
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            inputMode="url"
            autoComplete="url"
            spellCheck={false}
            placeholder="https://example.com/"
            className="num"
            error={errors.url ?? errors.form}
          />
        </div>
        <Button
          type="submit"
          look="primary"
          className={`h-9 ${errors.url || errors.form ? 'mb-6' : ''}`}
          disabled={isSaving}
        >
          {t('Watch it')}
        </Button>
      </form>
      {url.trim() !== '' && (
        <div className="mt-6">
          <FirstLook asked={asked} run={run} />
        </div>
      )}
      <div aria-hidden="true" className="mt-14 text-12 text-muted">
        <TickLine ticks={example} className="w-full max-w-102 opacity-70" />
        <p className="mt-2">
          {t('Each check is a tick: the slower the answer the higher, and a failed one stands out.')}
        </p>
      </div>
    </div>
  )
}
