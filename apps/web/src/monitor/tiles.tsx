'use client'
import type { Monitor } from '@repo/contracts/monitors'
import type { Series, SeriesRange } from '@repo/contracts/ticks'
import { isProbed } from '@repo/contracts/watched-by'
import { countdownText, intervalText, latencyText, shareText } from '@repo/ui/duration'
import { Tile } from '@repo/ui/panel'
import { numberText } from '@repo/ui/words'
import { useNowMs } from '../shell/clock.ts'
import { rangeText } from './ranges.ts'

interface TilesProps {
  monitor: Monitor
  range: SeriesRange
  summary: Series['summary'] | undefined
}

export function Tiles({ monitor, range, summary }: TilesProps) {
  const counted = summary ? summary.checks - summary.unknown : 0
  const passed = summary ? summary.up + summary.degraded : 0
  const over = rangeText[range]
  // What a job tells of itself is neither quick nor slow.
  const probed = isProbed(monitor.spec)
  return (
    <dl
      className={`mt-5 grid grid-cols-2 gap-px overflow-hidden rounded-card border border-line bg-line ${probed ? 'lg:grid-cols-4' : ''}`}
    >
      <Tile
        label={`Checks passed · ${over}`}
        value={summary ? shareText(passed, counted) : '–'}
        note={summary && <ChecksNote passed={passed} counted={counted} unknown={summary.unknown} />}
      />
      {probed && (
        <>
          <Tile
            label={`p50 · ${over}`}
            value={latencyText(summary?.p50Ms ?? null)}
            note={summary?.p50Ms != null && 'half are faster'}
          />
          <Tile
            label={`p95 · ${over}`}
            value={latencyText(summary?.p95Ms ?? null)}
            note={summary?.p99Ms != null && <span className="num">p99 {latencyText(summary.p99Ms)}</span>}
          />
        </>
      )}
      <NextCheck monitor={monitor} />
    </dl>
  )
}

function ChecksNote({ passed, counted, unknown }: { passed: number; counted: number; unknown: number }) {
  const number = (value: number) => numberText(value)
  return (
    <span className="num">
      {number(passed)} of {number(counted)}
      {unknown > 0 && `, ${number(unknown)} unknown`}
    </span>
  )
}

function NextCheck({ monitor: { nextCheckAt, intervalSeconds, spec, status } }: { monitor: Monitor }) {
  const nowMs = useNowMs()
  const note = isProbed(spec) ? (
    <span className="num">every {intervalText(intervalSeconds)}</span>
  ) : (
    'it tells of itself'
  )
  if (status === 'paused' || nextCheckAt === null) return <Tile label="Next check" value="–" note={note} />
  const next = nextOnGridMs(Date.parse(nextCheckAt), { intervalMs: intervalSeconds * 1_000, nowMs })
  return <Tile label="Next check" value={<time>{countdownText(next - nowMs)}</time>} note={note} />
}

/** Checks stand on a fixed grid, so that the next one is known from any former one. */
export function nextOnGridMs(knownMs: number, { intervalMs, nowMs }: { intervalMs: number; nowMs: number }): number {
  return knownMs > nowMs ? knownMs : knownMs + Math.ceil((nowMs - knownMs) / intervalMs) * intervalMs
}
