import { streamLimits } from './limits.ts'
import type { Alarm } from './stream.ts'

/** An alarm for what can happen with every message: raised at once, and then not again for a while. */
export function seldom(onAlarm: Alarm): Alarm {
  let silentUntilMs = 0
  return (message) => {
    const nowMs = performance.now()
    if (nowMs < silentUntilMs) return
    silentUntilMs = nowMs + streamLimits.alarmEveryMs
    onAlarm(message)
  }
}
