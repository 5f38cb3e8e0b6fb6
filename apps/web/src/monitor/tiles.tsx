'use client'
import type { Monitor } from '@repo/contracts/monitors'
import type { Series } from '@repo/contracts/ticks'
import type { UptimeRange } from '@repo/contracts/uptime'
import { isProbed } from '@repo/contracts/watched-by'
import { countdownText, intervalText, lastedText, latencyText, shareText } from '@repo/ui/duration'
import { Tile } from '@repo/ui/panel'
import { numberText, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useNowMs } from '../shell/clock.ts'
import { uptimeQuery } from './monitor-queries.ts'
import { rangeText, uptimeRanges } from './ranges.ts'
import type { Span } from './span.ts'
import { percentText } from './uptime-panel.tsx'

interface TilesProps {
  monitor: Monitor
  span: Span
  summary: Series['summary'] | undefined
}

export function Tiles({ monitor, span, summary }: TilesProps) {
  const counted = summary ? summary.checks - summary.unknown : 0
  const passed = summary ? summary.up + summary.degraded : 0
  const over = span.kind === 'range' ? t(rangeText[span.range]) : t('as shown')
  // What a job tells of itself is neither quick nor slow.
  const probed = isProbed(monitor.spec)
  return (
    <dl
      className={`mt-5 grid grid-cols-2 gap-px overflow-hidden rounded-card border border-line bg-line max-lg:*:first:col-span-2 ${probed ? 'lg:grid-cols-5' : 'lg:grid-cols-3'}`}
    >
      <UptimeTile id={monitor.id} range={nearest(span)} />
      <Tile
        label={t('Checks passed · {range}', { range: over })}
        value={summary ? shareText(passed, counted) : '–'}
        note={summary && <ChecksNote passed={passed} counted={counted} unknown={summary.unknown} />}
      />
      {probed && (
        <>
          <Tile
            label={t('p50 · {range}', { range: over })}
            value={latencyText(summary?.p50Ms ?? null)}
            note={summary?.p50Ms != null && t('half are faster')}
          />
          <Tile
            label={t('p95 · {range}', { range: over })}
            value={latencyText(summary?.p95Ms ?? null)}
            note={
              summary?.p99Ms != null && (
                <span className="num">{t('p99 {latency}', { latency: latencyText(summary.p99Ms) })}</span>
              )
            }
          />
        </>
      )}
      <NextCheck monitor={monitor} />
    </dl>
  )
}

/** Uptime is told of a day or more; of less and of the past that of the last day. */
function nearest(span: Span): UptimeRange {
  const range = span.kind === 'range' ? span.range : '24h'
  return uptimeRanges.find((one) => one === range) ?? '24h'
}

function UptimeTile({ id, range }: { id: string; range: UptimeRange }) {
  const { data } = useQuery(uptimeQuery(id, range))
  const downMs = data && data.summary.seconds.down * 1_000
  return (
    <Tile
      label={t('Uptime · {range}', { range: t(rangeText[range]) })}
      value={percentText(data?.summary.uptimePercent)}
      note={
        downMs !== undefined &&
        (downMs > 0 ? (
          <span className="num">{t('{lasted} down', { lasted: lastedText(downMs) })}</span>
        ) : (
          t('never down')
        ))
      }
    />
  )
}

function ChecksNote({ passed, counted, unknown }: { passed: number; counted: number; unknown: number }) {
  const values = { passed: numberText(passed), counted: numberText(counted) }
  return (
    <span className="num">
      {unknown > 0
        ? t('{passed} of {counted}, {unknown} unknown', { ...values, unknown: numberText(unknown) })
        : t('{passed} of {counted}', values)}
    </span>
  )
}

function NextCheck({ monitor: { nextCheckAt, intervalSeconds, spec, status } }: { monitor: Monitor }) {
  const nowMs = useNowMs()
  const note = isProbed(spec) ? (
    <span className="num">{t('every {interval}', { interval: intervalText(intervalSeconds) })}</span>
  ) : (
    t('it tells of itself')
  )
  const label = t('Next check')
  if (status === 'paused' || nextCheckAt === null) return <Tile label={label} value="–" note={note} />
  const next = nextOnGridMs(Date.parse(nextCheckAt), { intervalMs: intervalSeconds * 1_000, nowMs })
  return <Tile label={label} value={<time>{countdownText(next - nowMs)}</time>} note={note} />
}

/** Checks stand on a fixed grid, so that the next one is known from any former one. */
export function nextOnGridMs(knownMs: number, { intervalMs, nowMs }: { intervalMs: number; nowMs: number }): number {
  return knownMs > nowMs ? knownMs : knownMs + Math.ceil((nowMs - knownMs) / intervalMs) * intervalMs
}
