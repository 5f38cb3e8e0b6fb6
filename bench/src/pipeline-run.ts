import type { Stretch } from '@repo/domain/slot-account'
import type pg from 'pg'
import type { CountingTarget } from './counting-target.ts'
import { countSlots, readStoredTicks } from './pipeline-monitors.ts'
import { cpuMicrosOf, pssMegabytesOf } from './process-family.ts'
import { type Row, roundedTo } from './run.ts'

/** A pipeline at work on monitors that were seeded. */
export interface Pipeline {
  readonly client: pg.Client
  readonly target: CountingTarget
  /** Its processes by name, each with its children. */
  readonly processes: Readonly<Record<string, number>>
  /** Entries that wait in its streams, all together. */
  waiting(): Promise<number>
}

export interface Measuring {
  readonly name: string
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly progress: (line: string) => void
}

const settleMs = 4_000

/**
 * Measures a steady pipeline over a stretch of time, and proves the work from three sides: the slots that arithmetic says there
 * are, the ticks that are stored, and the requests that the target counted itself.
 */
export async function measurePipeline(pipeline: Pipeline, measuring: Measuring): Promise<Row> {
  const { client, target } = pipeline
  const { name, seconds, progress } = measuring
  await Bun.sleep(measuring.warmUpSeconds * 1_000)
  const before = { cpu: readCpu(pipeline), asked: await target.count() }
  const afterMs = Date.now()
  const waiting = await watchWaiting(pipeline, seconds, progress)
  const throughMs = Date.now()
  const cpu = readCpu(pipeline)
  const asked = (await target.count()) - before.asked
  const memory = Object.values(pipeline.processes).reduce((sum, pid) => sum + pssMegabytesOf(pid), 0)
  await Bun.sleep(settleMs)
  const ledger = await readLedger(client, { afterMs, throughMs })
  const { stored } = ledger
  // Some were under way at either end; and one that was asked twice, after a redelivery, is stored once.
  if (ledger.slots === 0 || asked < stored.count - stored.notRun - 0.02 * stored.count)
    throw new Error(`${stored.count} ticks are stored, but the target was asked ${asked} times`)
  const perCheck = (micros: number) => roundedTo(micros / stored.count, 1)
  const byProcess = Object.keys(pipeline.processes).map((process) => {
    const micros = (cpu[process] ?? 0) - (before.cpu[process] ?? 0)
    return [`${process}CpuMicros`, perCheck(micros)] as const
  })
  return {
    name,
    perSecond: roundedTo((1_000 * stored.count) / (throughMs - afterMs), 1),
    cpuMicrosPerOp: roundedTo(
      byProcess.reduce((sum, [, micros]) => sum + micros, 0),
      1,
    ),
    rounds: 1,
    figures: {
      slots: ledger.slots,
      ticks: stored.count,
      missing: ledger.slots - stored.count,
      up: stored.up,
      notRun: stored.notRun,
      askedOfTarget: asked,
      startLagP50Ms: stored.lagMs.p50,
      startLagP99Ms: stored.lagMs.p99,
      startLagMaxMs: stored.lagMs.max,
      waitingAtMost: waiting.most,
      waitingAtTheEnd: waiting.last,
      pssMegabytes: memory,
      ...Object.fromEntries(byProcess),
    },
  }
}

async function readLedger(client: pg.Client, stretch: Stretch) {
  return { slots: await countSlots(client, stretch), stored: await readStoredTicks(client, stretch) }
}

function readCpu({ processes }: Pipeline): Record<string, number> {
  return Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, cpuMicrosOf(pid)]))
}

async function watchWaiting(
  { waiting }: Pipeline,
  seconds: number,
  progress: (line: string) => void,
): Promise<{ most: number; last: number }> {
  const endsAtMs = performance.now() + seconds * 1_000
  let most = 0
  let last = 0
  while (performance.now() < endsAtMs) {
    await Bun.sleep(Math.min(2_000, Math.max(0, endsAtMs - performance.now())))
    last = await waiting()
    most = Math.max(most, last)
    progress(`${last} entries wait`)
  }
  return { most, last }
}
