import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedPostgres } from '@repo/db/embedded'
import { migrate } from '@repo/db/migrate'
import { startProgram } from 'tests/program'
import { pinToFirstProcessor } from '../pinned.ts'
import { countSlots, openClient, seedPipelineMonitors } from '../pipeline-monitors.ts'
import { cpuMicrosOf, pssMegabytesOf } from '../process-family.ts'
import { type Row, roundedTo, type Trial } from '../run.ts'

const monitors = 1_000_000
const intervalMs = 60_000
const publishAheadMs = 1_000

interface Seen {
  readonly published: number
  readonly bytes: number
  readonly monitors: number
  readonly isWhole: boolean
  /** The latest of the checks of the last second; negative where all of them were given away ahead of their instant. */
  readonly latestMs: number
}

export const publisherBench: Trial = {
  name: 'publisher',
  summary: 'a million monitors once a minute, published on one core into a stream that counts',
  async run(seconds, progress) {
    const directory = mkdtempSync(join(tmpdir(), 'betteruptime-bench-'))
    const postgres = await openEmbeddedPostgres({
      dataDirectory: directory,
      password: crypto.randomUUID(),
      onProgress: () => {},
    })
    try {
      await migrate(postgres.url)
      const client = await openClient(postgres.url)
      const targetUrl = 'https://shop.example/'
      await seedPipelineMonitors(client, { count: monitors, intervalMs, region: 'bench', targetUrl })
      progress(`${monitors.toLocaleString('en-US')} monitors are in the database`)
      const program = startProgram('bench/src/publisher-process.ts', [postgres.url], {})
      pinToFirstProcessor(program.pid)
      const seen = () =>
        JSON.parse(
          program
            .said()
            .trim()
            .split('\n')
            .findLast((line) => line.startsWith('{')) ?? '{}',
        ) as Seen
      const startedAtMs = performance.now()
      await program.until(/"isWhole":true/, 300_000)
      const loadedSeconds = roundedTo((performance.now() - startedAtMs) / 1_000, 1)
      progress(`loaded after ${loadedSeconds} s`)
      // The first seconds are the compiler's, and what was missed while loading is made up for.
      await Bun.sleep(40_000)
      const row = await measure(program.pid, seen, seconds)
      const nowMs = Date.now()
      const perMinute = await countSlots(client, { afterMs: nowMs - intervalMs, throughMs: nowMs })
      const expected = (perMinute * seconds * 1_000) / intervalMs
      if (Math.abs(row.count - expected) > 0.02 * expected)
        throw new Error(`${row.count} checks were published, and there were ${Math.round(expected)} slots`)
      await program.stop()
      await client.end()
      return [{ ...row.row, figures: { ...row.row.figures, loadedSeconds } }]
    } finally {
      await postgres[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true, force: true })
    }
  },
}

async function measure(pid: number, seen: () => Seen, seconds: number): Promise<{ count: number; row: Row }> {
  const before = { ...seen(), cpu: cpuMicrosOf(pid), atMs: performance.now() }
  let latestMs = Number.NEGATIVE_INFINITY
  for (let second = 0; second < seconds; second += 1) {
    await Bun.sleep(1_000)
    latestMs = Math.max(latestMs, seen().latestMs)
  }
  const after = seen()
  const cpu = cpuMicrosOf(pid) - before.cpu
  const elapsedMs = performance.now() - before.atMs
  const count = after.published - before.published
  return {
    count,
    row: {
      name: `${after.monitors.toLocaleString('en-US')} monitors, once a minute`,
      perSecond: roundedTo((1_000 * count) / elapsedMs, 1),
      cpuMicrosPerOp: roundedTo(cpu / count, 1),
      rounds: 1,
      figures: {
        cpuPercentOfOneCore: roundedTo(cpu / elapsedMs / 10, 1),
        pssMegabytes: pssMegabytesOf(pid),
        // Checks are given away up to a second ahead: what is left of that second is the room for the way to the consumer.
        leastAheadMs: Math.min(publishAheadMs, -latestMs),
        bytesPerCheck: Math.round((after.bytes - before.bytes) / count),
      },
    },
  }
}
