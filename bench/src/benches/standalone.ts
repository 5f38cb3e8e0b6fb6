import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, newClient } from 'tests/client'
import { eventually } from 'tests/eventually'
import { startProgram } from 'tests/program'
import { type CountingTarget, startCountingTarget } from '../counting-target.ts'
import { cpuMicrosOf, pssMegabytesOf } from '../process-family.ts'
import { type Row, roundedTo, type Trial } from '../run.ts'

const idleMonitors = 100
const busyMonitors = 1_000

/** The whole system in one process, as `npm start` runs it, watching a small target on the other core. */
export const standaloneBench: Trial = {
  name: 'standalone',
  summary: `a whole instance: start, first tick, memory with ${idleMonitors} monitors, ${busyMonitors} checks a second`,
  async run(seconds, progress) {
    const directory = mkdtempSync(join(tmpdir(), 'betteruptime-bench-'))
    const target = await startCountingTarget()
    const startedAtMs = performance.now()
    const program = startProgram('apps/standalone/src/main.ts', ['--port', '0', '--data', directory], {
      REGION_CANARIES: 'self',
      PROBE_PER_HOST: '5000',
    })
    try {
      const [, url = ''] = await program.until(/is ready: (http:\S+)/)
      const readyMs = Math.round(performance.now() - startedAtMs)
      progress(`ready after ${readyMs} ms`)
      const person = await newClient(url)
      const idle = await measureIdle(person, { target, pid: program.pid, readyMs })
      progress(`idle: ${idle.figures?.pssMegabytes} MB`)
      return [idle, await measureBusy(person, { target, pid: program.pid, seconds, progress })]
    } finally {
      await program.stop()
      await target.stop()
      rmSync(directory, { recursive: true, force: true })
    }
  },
}

interface Running {
  readonly target: CountingTarget
  readonly pid: number
}

async function measureIdle(person: Client, { target, pid, readyMs }: Running & { readyMs: number }): Promise<Row> {
  const createdAtMs = performance.now()
  await person.call('POST', '/website/create', { url: `${target.url}first` })
  await eventually('the first tick', async () => (await person.status(`${target.url}first`)).status === 'UP')
  const firstTickMs = Math.round(performance.now() - createdAtMs)
  await createMonitors(person, { count: idleMonitors, intervalSeconds: 60, url: `${target.url}idle/` })
  const ticks = await countTicks(person, { seconds: 20, pid })
  return {
    name: `${idleMonitors} monitors, once a minute`,
    ...ticks.row,
    figures: { readyMs, firstTickMs, pssMegabytes: pssMegabytesOf(pid) },
  }
}

async function measureBusy(
  person: Client,
  { target, pid, seconds, progress }: Running & { seconds: number; progress: (line: string) => void },
): Promise<Row> {
  await createMonitors(person, { count: busyMonitors, intervalSeconds: 1, url: `${target.url}busy/` })
  progress(`${busyMonitors} monitors created`)
  // The first seconds are the compiler's.
  await countTicks(person, { seconds: 5, pid })
  const before = await target.count()
  const ticks = await countTicks(person, { seconds, pid })
  const asked = (await target.count()) - before
  // Some checks are under way at either end.
  if (Math.abs(asked - ticks.count) > busyMonitors)
    throw new Error(`${ticks.count} ticks, but the target was asked ${asked} times`)
  return {
    name: `${busyMonitors} monitors, once a second`,
    ...ticks.row,
    figures: { ...ticks.figures, pssMegabytes: pssMegabytesOf(pid) },
  }
}

/** Counts the ticks that are told on the live socket once they are committed, and how late their checks started. */
async function countTicks(person: Client, { seconds, pid }: { seconds: number; pid: number }) {
  const { frames, close } = await person.watch()
  const cpuBefore = cpuMicrosOf(pid)
  await Bun.sleep(seconds * 1_000)
  const cpuMicros = cpuMicrosOf(pid) - cpuBefore
  close()
  const ticks = frames.flatMap((frame) => (frame.type === 'tick' ? [frame.tick] : []))
  const lags = ticks.map((tick) => Date.parse(tick.startedAt) - Date.parse(tick.scheduledAt)).sort((a, b) => a - b)
  const lagMs = (share: number) => lags[Math.floor(share * (lags.length - 1))] ?? Number.NaN
  const row = {
    perSecond: roundedTo(ticks.length / seconds, 1),
    cpuMicrosPerOp: roundedTo(cpuMicros / ticks.length, 1),
    rounds: 1,
  }
  const notUp = ticks.filter((tick) => tick.verdict !== 'up').length
  return {
    count: ticks.length,
    row,
    figures: { startLagP50Ms: lagMs(0.5), startLagP99Ms: lagMs(0.99), startLagMaxMs: lagMs(1), notUp },
  }
}

async function createMonitors(
  person: Client,
  { count, intervalSeconds, url }: { count: number; intervalSeconds: number; url: string },
): Promise<void> {
  for (let index = 0; index < count; index += 20) {
    const some = Array.from({ length: Math.min(20, count - index) }, (_, offset) => `${url}${index + offset}`)
    await Promise.all(some.map((each) => person.createMonitor({ spec: { kind: 'http', url: each }, intervalSeconds })))
  }
}
