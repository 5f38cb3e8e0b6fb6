import { checkCodec } from '@repo/contracts/check-message'
import { openDatabase } from '@repo/db/database'
import { systemClock } from '@repo/service/clock'
import { runAll, terminationSignal } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import { createOperator } from '@repo/service/operator-server'
import type { Backend } from '@repo/streams/backend'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { publisherServices } from 'publisher/services'

/**
 * A publisher as it runs, over a stream that writes every check as it would stand in Redis, counts it and throws it away. Every
 * second it prints how many it has published, how many monitors it holds, and how late the latest check was given away.
 */
const [, , url = ''] = process.argv
const backend = createMemoryBackend(() => {})
let published = 0
let bytes = 0
let latestMs = 0
const counting = {
  ...backend.checksOf('bench' as never),
  async publish(checks: Parameters<ReturnType<Backend['checksOf']>['publish']>[0]) {
    const nowMs = Date.now()
    for (const check of checks) {
      bytes += checkCodec.encode(check).length
      latestMs = Math.max(latestMs, nowMs - check.scheduledAtMs)
    }
    published += checks.length
  },
}
const operator = createOperator()
const { sql } = openDatabase(url, { connections: 4, onError: () => {} })
const services = publisherServices({
  sql,
  backend: { ...backend, checksOf: () => counting },
  clock: systemClock,
  log: createLog('publisher', 'warn'),
  operator,
  holder: 'bench',
})
setInterval(async () => {
  const monitors = (await operator.metrics.getSingleMetric('betteruptime_monitors_scheduled')?.get())?.values[0]?.value
  const isWhole = Object.keys(await operator.readiness.problems()).length === 0
  console.log(JSON.stringify({ published, bytes, monitors, isWhole, latestMs }))
  latestMs = 0
}, 1_000)
await runAll(services, terminationSignal())
process.exit(0)
