import type { Rig } from '../src/fault-rig.ts'
import type { Watch } from '../src/fault-watch.ts'

/** How late the latest check since then started, of all monitors but those that the fault is about. */
export function latestStart(
  { monitors }: Rig,
  { records }: Watch,
  { fromMs, except }: { fromMs: number; except: readonly number[] },
): number {
  const others = new Set(monitors.filter(({ target }) => !except.includes(target)).map(({ key }) => key))
  const lags = [...records.values()]
    .filter((record) => record.scheduledAtMs > fromMs && others.has(record.monitorKey))
    .map((record) => record.startLagMs)
  return Math.max(0, ...lags)
}
