import { startMixedTarget } from '../mixed-ports.ts'
import { createLoopbackProbe, percentile, specFor } from '../probing.ts'
import { roundedTo, type Trial } from '../run.ts'

const CONCURRENT = 1_000
const ANSWERS_AFTER_MS = 100

/** Whether the time that is reported is the target's and not our own: a thousand checks at a time of one that takes 100 ms. */
export const timingBench: Trial = {
  name: 'timing',
  summary: `${CONCURRENT} checks at a time of a target that answers after ${ANSWERS_AFTER_MS} ms: how much the reported total adds to it`,
  async run(seconds) {
    const target = await startMixedTarget()
    try {
      const probe = createLoopbackProbe()
      const spec = specFor(target.late)
      const offMs: number[] = []
      let isWarm = false
      const startedMs = performance.now()
      const endsMs = startedMs + (seconds + 2) * 1_000
      const cpu = process.cpuUsage()
      const lane = async (index: number) => {
        await Bun.sleep((index / CONCURRENT) * ANSWERS_AFTER_MS)
        while (performance.now() < endsMs) {
          const { code, message, phases, bodyBytes } = await probe(spec)
          if (code !== 'OK') throw new Error(`the target is ${code}: ${message}`)
          if (isWarm) offMs.push(phases.total / 1_000 - (bodyBytes ?? 0) / 100)
        }
      }
      const warming = setTimeout(() => {
        isWarm = true
      }, 2_000)
      await Promise.all(Array.from({ length: CONCURRENT }, (_, index) => lane(index)))
      clearTimeout(warming)
      const { user, system } = process.cpuUsage(cpu)
      if (offMs.length === 0) throw new Error('nothing was measured')
      return [
        {
          name: 'reported total',
          perSecond: Math.round(offMs.length / seconds),
          cpuMicrosPerOp: roundedTo((user + system) / offMs.length, 1),
          rounds: 1,
          figures: {
            addsP50Ms: roundedTo(percentile(offMs, 50), 2),
            addsP95Ms: roundedTo(percentile(offMs, 95), 2),
            addsP99Ms: roundedTo(percentile(offMs, 99), 2),
          },
        },
      ]
    } finally {
      await target.stop()
    }
  },
}
