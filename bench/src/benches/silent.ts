import { type MixedPorts, startMixedTarget } from '../mixed-ports.ts'
import { createLoopbackProbe, percentile, specFor } from '../probing.ts'
import { type Row, roundedTo, type Trial } from '../run.ts'

const SILENT = 5_000
const GOOD_PER_SECOND = 1_000
const SILENT_MS = 10_000

type Probe = ReturnType<typeof createLoopbackProbe>

/** Good targets beside thousands that never answer: what the silent ones cost the good ones. */
export const silentBench: Trial = {
  name: 'silent',
  summary: `${GOOD_PER_SECOND} good checks a second, alone and beside ${SILENT} that wait for silent targets`,
  async run(seconds, progress) {
    const target = await startMixedTarget()
    try {
      const probe = createLoopbackProbe()
      await goodChecks(probe, target, 3)
      const alone = await goodChecks(probe, target, seconds)
      progress('alone: done')
      const keeping = keepSilent(probe, target)
      await Bun.sleep(SILENT_MS / 2)
      const beside = await goodChecks(probe, target, seconds)
      const inFlight = keeping.inFlight()
      const rssMegabytes = Math.round(process.memoryUsage.rss() / 1_048_576)
      await keeping.stop()
      if (inFlight < SILENT * 0.95) throw new Error(`only ${inFlight} silent checks were in flight`)
      return [
        row('good checks alone', alone, {}),
        row(`beside ${SILENT} silent ones`, beside, {
          inFlight,
          rssMegabytes,
          p95WorseByMs: roundedTo(percentile(beside.totalsMs, 95) - percentile(alone.totalsMs, 95), 2),
        }),
      ]
    } finally {
      await target.stop()
    }
  },
}

interface Checked {
  readonly totalsMs: number[]
  readonly seconds: number
  readonly cpuMicros: number
}

/** Starts a check each millisecond, on the clock; every one of them must pass. */
async function goodChecks(probe: Probe, { good }: MixedPorts, seconds: number): Promise<Checked> {
  const totalsMs: number[] = []
  const running: Promise<void>[] = []
  const startedMs = performance.now()
  const cpu = process.cpuUsage()
  const count = seconds * GOOD_PER_SECOND
  const spec = specFor(good)
  for (let started = 0; started < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - startedMs) / 1_000) * GOOD_PER_SECOND))
    for (; started < due; started += 1) {
      running.push(
        probe(spec).then(({ code, message, phases }) => {
          if (code !== 'OK') throw new Error(`a good target is ${code}: ${message}`)
          totalsMs.push(phases.total / 1_000)
        }),
      )
    }
    await Bun.sleep(1)
  }
  await Promise.all(running)
  const { user, system } = process.cpuUsage(cpu)
  return { totalsMs, seconds: (performance.now() - startedMs) / 1_000, cpuMicros: user + system }
}

/** Keeps so many checks waiting for silent targets, each for ten seconds. */
function keepSilent(probe: Probe, { silent }: MixedPorts): { inFlight(): number; stop(): Promise<void> } {
  const spec = specFor(silent, { timeoutMs: SILENT_MS })
  let isOver = false
  let inFlight = 0
  const lane = async (index: number) => {
    // Spread over the time that each waits, as checks of a schedule are.
    await Bun.sleep(((index % 1_000) * SILENT_MS) / 4_000)
    while (!isOver) {
      inFlight += 1
      const { code } = await probe(spec)
      inFlight -= 1
      if (code !== 'TTFB_TIMEOUT') throw new Error(`a silent target is ${code}`)
    }
  }
  const lanes = Array.from({ length: SILENT }, (_, index) => lane(index))
  return {
    inFlight: () => inFlight,
    stop: async () => {
      isOver = true
      await Promise.all(lanes)
    },
  }
}

function row(name: string, { totalsMs, seconds, cpuMicros }: Checked, figures: Readonly<Record<string, number>>): Row {
  return {
    name,
    perSecond: Math.round(totalsMs.length / seconds),
    cpuMicrosPerOp: roundedTo(cpuMicros / totalsMs.length, 1),
    rounds: 1,
    figures: {
      p50Ms: roundedTo(percentile(totalsMs, 50), 2),
      p95Ms: roundedTo(percentile(totalsMs, 95), 2),
      p99Ms: roundedTo(percentile(totalsMs, 99), 2),
      ...figures,
    },
  }
}
