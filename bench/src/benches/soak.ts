import { readdirSync } from 'node:fs'
import { startMixedTarget } from '../mixed-ports.ts'
import { createLoopbackProbe, specFor } from '../probing.ts'
import { roundedTo, type Trial } from '../run.ts'
import { startTlsCountingTarget } from '../tls-counting-target.ts'

const LANES = 128
const SAMPLES = 40

/** Checks of every kind of target for as long as is wished: whether memory and descriptors stay where they are. */
export const soakBench: Trial = {
  name: 'soak',
  summary:
    'checks of targets that answer, under TLS, refuse, reset, stay silent and send bombs: memory and descriptors over time',
  async run(seconds, progress) {
    const [target, secure] = [await startMixedTarget(), await startTlsCountingTarget()]
    try {
      const probe = createLoopbackProbe()
      const looks = (
        [
          ...Array.from({ length: 4 }, () => ['OK', specFor(target.good)] as const),
          ['OK', specFor(secure.port, { url: secure.url, tls: { verify: false } })],
          ['TCP_REFUSED', specFor(1)],
          ['TCP_RESET', specFor(target.reset)],
          ['TTFB_TIMEOUT', specFor(target.silent, { timeoutMs: 150 })],
          ['TRUNCATED_BODY', specFor(target.bomb, { assertions: [{ kind: 'body', is: 'contains', value: 'x' }] })],
        ] as const
      ).map(([expected, spec]) => ({ expected, spec }))
      let count = 0
      const endsMs = performance.now() + seconds * 1_000
      const cpu = process.cpuUsage()
      const lane = async (index: number) => {
        for (let round = index; performance.now() < endsMs; round += 1) {
          const look = looks[round % looks.length]
          if (!look) return
          const { expected, spec } = look
          const { code, message } = await probe(spec)
          if (code !== expected) throw new Error(`expected ${expected}, got ${code}: ${message}`)
          count += 1
        }
      }
      const samples: { atSeconds: number; rssMegabytes: number; descriptors: number }[] = []
      const startedMs = performance.now()
      const sampling = setInterval(
        () => {
          const rssMegabytes = process.memoryUsage.rss() / 1_048_576
          samples.push({
            atSeconds: (performance.now() - startedMs) / 1_000,
            rssMegabytes,
            descriptors: openDescriptors(),
          })
          progress(
            `${Math.round((performance.now() - startedMs) / 1_000)} s  ${count} checks  ${Math.round(rssMegabytes)} MB`,
          )
        },
        (seconds * 1_000) / SAMPLES,
      )
      await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)))
      clearInterval(sampling)
      const { user, system } = process.cpuUsage(cpu)
      await Bun.sleep(500)
      // The first half is warm-up: compilers, pools, and what the allocator keeps.
      const settled = samples.slice(SAMPLES / 2)
      return [
        {
          name: 'mixed outcomes',
          perSecond: Math.round(count / seconds),
          cpuMicrosPerOp: roundedTo((user + system) / count, 1),
          rounds: 1,
          figures: {
            checks: count,
            rssMegabytes: Math.round(process.memoryUsage.rss() / 1_048_576),
            rssSlopeMegabytesPerMinute: roundedTo(
              slope(settled.map((one) => [one.atSeconds, one.rssMegabytes])) * 60,
              2,
            ),
            descriptorsSlopePerMinute: roundedTo(slope(settled.map((one) => [one.atSeconds, one.descriptors])) * 60, 1),
            descriptorsAfter: openDescriptors(),
          },
        },
      ]
    } finally {
      await target.stop()
      await secure.stop()
    }
  },
}

/** Of the line through the points that misses them least. */
function slope(points: readonly (readonly [number, number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return above / below
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}
