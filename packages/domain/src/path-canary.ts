import type { Check } from './check.ts'
import { parseMonitorId } from './ids.ts'

/**
 * The check that shows that the way of all checks is open: published, carried out and stored like any other, but of no monitor.
 * Its key is one that no monitor ever gets; the greatest is that of the checks that somebody tries out.
 */
export const pathCanary = {
  monitorId: parseMonitorId('00000000-0000-7000-8000-000000000000'),
  monitorKey: 2_147_483_646,
  everyMs: 10_000,
  /** It is of no use later than that. */
  startWithinMs: 5_000,
} as const

export function isPathCanary({ monitorKey, monitorId }: Pick<Check, 'monitorKey' | 'monitorId'>): boolean {
  return monitorKey === pathCanary.monitorKey && monitorId === pathCanary.monitorId
}
