import { isCarriedOut, type Ledger, type LedgerMonitor } from '../src/fault-ledger.ts'

/**
 * Slots that were given up although their checks reached the target: the result was there, and was thrown away. Only where
 * both regions asked, for a request does not say which region it came from.
 */
export function ranAllTheSame({ monitors, regions, intervalMs, records, requests, window }: Ledger): string[] {
  const healthy = new Map(monitors.filter(({ kind }) => kind === 'healthy').map((monitor) => [monitor.key, monitor]))
  const asked = new Map<string, number>()
  const slotOf = ({ grid }: LedgerMonitor, atMs: number) => Math.floor((atMs - grid.phaseMs + earlyMs) / intervalMs)
  const byTarget = new Map([...healthy.values()].map((monitor) => [monitor.target, monitor]))
  for (const { target, atMs } of requests) {
    const monitor = byTarget.get(target)
    if (!monitor) continue
    const name = `${monitor.key}/${slotOf(monitor, atMs)}`
    asked.set(name, (asked.get(name) ?? 0) + 1)
  }
  const givenUp = records.filter((record) => {
    const monitor = healthy.get(record.monitorKey)
    if (!monitor || isCarriedOut(record) || record.scheduledAtMs <= window.fromMs) return false
    return (asked.get(`${monitor.key}/${slotOf(monitor, record.scheduledAtMs)}`) ?? 0) >= regions.length
  })
  const codes = [...new Set(givenUp.map(({ code }) => code))].join(', ')
  return givenUp.length === 0 ? [] : [`${givenUp.length} slots say ${codes} although their checks reached the target`]
}

const earlyMs = 100
