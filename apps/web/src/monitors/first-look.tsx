'use client'
import type { Outcome } from '@repo/domain/outcome'
import { latencyText } from '@repo/ui/duration'
import { StatusLabel } from '@repo/ui/status'
import { numberText, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import type { TestRunAsked } from '../api/first-look.ts'
import { regionsQuery } from '../api/queries.ts'
import type { TestRun } from './use-test-run.ts'

const DAY_MS = 86_400_000

/** What each region sees of an address while its form is still open: the first result comes before anything is saved. */
export function FirstLook({ asked, run }: { asked: TestRunAsked; run: TestRun }) {
  const { data } = useQuery(regionsQuery)
  if (run.kind === 'none') return null
  if (run.kind === 'refused')
    return (
      <p role="status" className="rounded-control border border-degraded-fg/60 bg-degraded-tint px-3 py-2 text-13">
        {run.why}
      </p>
    )
  const regions = linesOf(asked.regions ?? data?.items.map(({ name }) => name) ?? [], run.seen)
  return (
    <section aria-label={t('First look')}>
      <p role="status" className="flex min-h-6 items-center text-13 text-muted">
        {run.isOver ? summaryOf(run.seen) : t('Looking…')}
      </p>
      <ul className="border-line border-t">
        {regions.map((region) => (
          <li
            key={region}
            className="grid h-13 grid-cols-[minmax(0,auto)_minmax(0,1fr)_auto] content-center items-center gap-x-3 border-line border-b px-1"
          >
            <RegionLook region={region} outcome={run.seen.get(region)} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** A line for each region that was asked, and for who answered without being known; one at least. */
function linesOf(asked: readonly string[], seen: ReadonlyMap<string, Outcome | null>): string[] {
  const names = new Set([...asked, ...seen.keys()])
  return names.size > 0 ? [...names] : ['…']
}

function summaryOf(seen: ReadonlyMap<string, Outcome | null>): string {
  const up = [...seen.values()].filter((outcome) => outcome?.verdict === 'up').length
  return t('{up} of {count, plural, one {# region finds it up.} other {# regions find it up.}}', {
    up: numberText(up),
    count: seen.size,
  })
}

function RegionLook({ region, outcome }: { region: string; outcome: Outcome | null | undefined }) {
  if (outcome === undefined)
    return (
      <>
        <span className="num text-13">{region}</span>
        <span className="skeleton h-3.5 w-40 max-w-full" />
        <span className="skeleton h-3.5 w-14" />
      </>
    )
  if (outcome === null)
    return (
      <>
        <span className="num text-13">{region}</span>
        <StatusLabel status="unknown" />
        <span className="text-12 text-muted">{t('did not answer')}</span>
      </>
    )
  const { verdict, message, phases } = outcome
  return (
    <>
      <span className="flex min-w-0 flex-col">
        <span className="num truncate text-13">{region}</span>
        <StatusLabel status={verdict} className="text-12" />
      </span>
      <span className="min-w-0 text-12 text-muted">
        <span className={`block truncate ${verdict === 'up' ? '' : 'text-fg'}`} title={message}>
          {message}
        </span>
        <span className="num block truncate">{phasesText(phases)}</span>
      </span>
      <span className="flex flex-col items-end">
        <span className="num text-13">{latencyText(phases.total / 1_000)}</span>
        <span className="num text-12 text-muted">{certificateText(outcome)}</span>
      </span>
    </>
  )
}

function phasesText({ dns, connect, tls, firstByte, transfer }: Outcome['phases']): string {
  const parts = [
    [t('DNS'), dns],
    [t('connect'), connect],
    [t('TLS'), tls],
    [t('wait'), firstByte],
    [t('download'), transfer],
  ] as const
  return parts.flatMap(([name, us]) => (us === null ? [] : `${name} ${latencyText(us / 1_000)}`)).join(' · ')
}

function certificateText({ certificate }: Outcome): string {
  if (!certificate?.notAfter) return ''
  const days = Math.floor((Date.parse(certificate.notAfter) - Date.now()) / DAY_MS)
  return t('certificate: {days, plural, one {# day} other {# days}}', { days })
}
