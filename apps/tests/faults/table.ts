import type { RunReport } from '../src/fault-run.ts'

/** A scenario holds without findings; its twin holds when the ledger found what it had to find. */
export function verdictOf({ findings, scenario }: RunReport, isTwin: boolean): 'held' | 'broken' | 'not noticed' {
  if (!isTwin) return findings.length === 0 ? 'held' : 'broken'
  return findings.some(({ invariant }) => scenario.twin.complaints.includes(invariant)) ? 'held' : 'not noticed'
}

const columns: readonly [string, (report: RunReport, isTwin: boolean) => string][] = [
  ['fault', ({ scenario }) => scenario.id],
  ['slots', ({ slots }) => String(slots)],
  ['ticks', ({ ticks }) => String(ticks)],
  ['expired', ({ expired }) => String(expired)],
  ['lost', ({ lost }) => String(lost)],
  ['doubled', ({ doubled }) => String(doubled)],
  ['gap', ({ gapMs }) => `${(gapMs / 1_000).toFixed(1)} s`],
  ['recovery', ({ recoveryMs }) => `${(recoveryMs / 1_000).toFixed(1)} s`],
  ['took', ({ tookMs }) => `${(tookMs / 1_000).toFixed(0)} s`],
  ['verdict', verdictOf],
]

export function tableOf(reports: readonly RunReport[], isTwin: boolean): string {
  const rows = [
    columns.map(([title]) => title),
    ...reports.map((report) => columns.map(([, cell]) => cell(report, isTwin))),
  ]
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
