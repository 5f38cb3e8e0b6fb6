import type { Status } from '@repo/domain/status'
import { msg, spoken } from './words.ts'

/** The word of each status; glyph and colour never stand without it. */
export const statusWord: Readonly<Record<Status, string>> = spoken({
  up: msg('Up'),
  degraded: msg('Degraded'),
  down: msg('Down'),
  unknown: msg('Unknown'),
  maintenance: msg('Maintenance'),
  paused: msg('Paused'),
})

export const statusTextClass: Record<Status, string> = {
  up: 'text-up-fg',
  degraded: 'text-degraded-fg',
  down: 'text-down-fg',
  unknown: 'text-unknown-fg',
  maintenance: 'text-maintenance-fg',
  paused: 'text-muted',
}

/** Behind a row of what is not well. */
export const rowTint: Partial<Record<Status, string>> = { down: 'row-tint-down', degraded: 'row-tint-degraded' }

interface StatusLabelProps {
  status: Status
  /** Replaces the status's own word, where the same glyph says something narrower ("No data"). */
  word?: string | undefined
  className?: string
}

export function StatusLabel({ status, word, className = '' }: StatusLabelProps) {
  return (
    <span className={`inline-flex items-baseline gap-1.5 font-medium ${statusTextClass[status]} ${className}`}>
      <StatusGlyph status={status} />
      {word ?? statusWord[status]}
    </span>
  )
}

/** A shape of its own for each status, so that the states differ without colour. Decorative: the word stands beside it. */
export function StatusGlyph({ status, size = 14 }: { status: Status; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" className="shrink-0 self-center" fill="none">
      {glyphs[status]}
    </svg>
  )
}

const mark = {
  stroke: 'var(--surface)',
  strokeWidth: 2,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const

const glyphs: Record<Status, React.ReactNode> = {
  up: (
    <>
      <circle cx="8" cy="8" r="8" fill="var(--up)" />
      <path d="M4.6 8.3 7 10.7l4.4-5" {...mark} />
    </>
  ),
  degraded: (
    <>
      <path d="M8 .8 16 15H0z" fill="var(--degraded)" />
      <path d="M8 6v3.6M8 12.4v.1" {...mark} />
    </>
  ),
  down: (
    <>
      <path d="M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7z" fill="var(--down)" />
      <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" {...mark} />
    </>
  ),
  maintenance: (
    <>
      <rect width="16" height="16" rx="4" fill="var(--maintenance)" />
      <path d="M4.4 5.2h7.2M4.4 8h7.2m-7.2 2.8h7.2" {...mark} strokeWidth={1.5} />
    </>
  ),
  unknown: (
    <>
      <path d="m8 1.2 6.8 6.8L8 14.8 1.2 8z" stroke="var(--unknown)" strokeWidth="1.6" strokeLinejoin="round" />
      <path
        d="M6.6 6.5c.2-.8.8-1.1 1.4-1.1.9 0 1.5.5 1.5 1.3 0 1-1.5 1.1-1.5 2.1M8 10.9v.1"
        stroke="var(--unknown)"
        strokeWidth="1.4"
        strokeLinecap="round"
      />
    </>
  ),
  paused: <path d="M5 3v10M11 3v10" stroke="var(--muted)" strokeWidth="3" strokeLinecap="round" />,
}
