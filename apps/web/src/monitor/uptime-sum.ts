import type { Uptime } from '@repo/contracts/uptime'
import { statuses } from '@repo/domain/status'

/** The parts of a range, in seconds: each status, and the time in which nothing was said of it. */
export interface UptimeSum {
  readonly range: Uptime['range']
  readonly seconds: Uptime['summary']['seconds']
  readonly unsaid: number
  readonly whole: number
}

/** The parts add up to the whole: what is not said is what is left. */
export function sumOf({ range, from, to, summary: { seconds } }: Uptime): UptimeSum {
  const whole = (Date.parse(to) - Date.parse(from)) / 1_000
  const said = statuses.reduce((sum, status) => sum + seconds[status], 0)
  return { range, seconds, unsaid: Math.max(0, whole - said), whole }
}
