import type { Rig } from '../src/fault-rig.ts'

/**
 * How many checks of healthy targets were carried out by two processes since then: requests of one slot beyond one for
 * each region.
 */
export function doubledSince(rig: Rig, fromMs: number): number {
  const counts = new Map<string, number>()
  for (const { target, atMs } of rig.farm.requests) {
    const monitor = rig.monitors.find((one) => one.target === target)
    if (monitor?.kind !== 'healthy' || atMs < fromMs) continue
    const slot = `${target}/${Math.floor((atMs - monitor.grid.phaseMs + 100) / rig.intervalMs)}`
    counts.set(slot, (counts.get(slot) ?? 0) + 1)
  }
  return [...counts.values()].reduce((sum, count) => sum + Math.max(0, count - rig.regions.length), 0)
}
