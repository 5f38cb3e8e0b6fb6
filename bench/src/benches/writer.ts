import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '@repo/db/database'
import { type EmbeddedPostgres, openEmbeddedPostgres } from '@repo/db/embedded'
import { migrate } from '@repo/db/migrate'
import { createMonitor } from '@repo/db/queries/monitors'
import { ensureTickPartitions } from '@repo/db/queries/partitions'
import { loadSchedulePage, type ScheduledMonitor } from '@repo/db/queries/schedule'
import { countTicks } from '@repo/db/queries/ticks'
import { createUser } from '@repo/db/queries/users'
import type { CheckResult } from '@repo/domain/check'
import { parseMonitorId, parseUserId, parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { systemClock } from '@repo/service/clock'
import { createSaveResults } from 'dbpusher/save-results'
import { createBareWriter } from '../bare-writer.ts'
import { cpuMicrosOf } from '../process-family.ts'
import type { Comparison, Contender } from '../run.ts'
import { makeResult } from '../sample-result.ts'

const monitorCount = 10_000
const batchSize = 5_000
const local = parseRegion('local')

/** Results into a PostgreSQL that keeps what it was given, as in standalone: ticks, verdicts, live events. */
export const writerBench: Comparison = {
  name: 'writer',
  summary: `the dbpusher's transaction, ${batchSize} results each over ${monitorCount} monitors, against a bare insert`,
  reference: 'bare unnest insert',
  async open() {
    const directory = mkdtempSync(join(tmpdir(), 'betteruptime-bench-'))
    const server = await openEmbeddedPostgres({
      dataDirectory: directory,
      password: crypto.randomUUID(),
      onProgress: () => {},
    })
    await migrate(server.url)
    const database = openDatabase(server.url, { connections: 4, onError: () => {} })
    const monitors = await seed(database)
    const bare = await createBareWriter(server.url)
    const results = resultSource(monitors)
    const save = createSaveResults({
      sql: database.sql,
      clock: systemClock,
      rechecks: { ask: async () => {} },
      workspaceOf: () => undefined,
      announce: async () => {},
    })
    const contenders: Contender[] = [
      {
        name: 'bare unnest insert',
        work: (deadlineMs) => repeat(deadlineMs, () => bare.write(results.next(() => 'up'))),
      },
      { name: 'ticks and verdicts', work: (deadlineMs) => repeat(deadlineMs, () => save(results.next(() => 'up'))) },
      {
        name: 'ticks and verdicts, two at once',
        work: async (deadlineMs) => {
          const writers = [0, 1].map(() => repeat(deadlineMs, () => save(results.next(() => 'up'))))
          return (await Promise.all(writers)).reduce((sum, count) => sum + count, 0)
        },
      },
      {
        name: 'every tick moves a verdict',
        work: (deadlineMs) => repeat(deadlineMs, () => save(results.next(flipping))),
      },
    ]
    return {
      contenders,
      countDone: async () => (await countTicks(database.sql)) + (await bare.count()),
      otherCpuMicros: async () => cpuMicrosOf(server.pid),
      close: () => close({ database, server, directory, bare }),
    }
  },
}

async function seed({ sql }: Database): Promise<ScheduledMonitor[]> {
  const nowMs = Date.now()
  await ensureTickPartitions(sql, { nowMs, daysAhead: 7 })
  const workspaceId = parseWorkspaceId(Bun.randomUUIDv7())
  await createUser(sql, { id: parseUserId(Bun.randomUUIDv7()), workspaceId, username: 'bench', passwordHash: '' })
  for (let index = 0; index < monitorCount; index += 4) {
    await Promise.all([0, 1, 2, 3].map((offset) => createOne(sql, { workspaceId, nowMs, index: index + offset })))
  }
  return loadSchedulePage(sql, { afterKey: 0, limit: monitorCount })
}

function createOne(
  sql: Database['sql'],
  { workspaceId, nowMs, index }: { workspaceId: WorkspaceId; nowMs: number; index: number },
) {
  const url = `https://bench-${index}.example/`
  const monitor = { name: url, spec: { kind: 'http', url }, target: url, intervalMs: 60_000, regions: [local] }
  return createMonitor(sql, { ...monitor, id: parseMonitorId(Bun.randomUUIDv7()), workspaceId }, nowMs)
}

interface ResultSource {
  /** The next batch: each monitor in turn, each turn a minute later. */
  next(verdictOf: (turn: number) => OutcomeVerdict): CheckResult[]
}

const flipping = (turn: number): OutcomeVerdict => (turn % 2 === 0 ? 'down' : 'up')

function resultSource(monitors: readonly ScheduledMonitor[]): ResultSource {
  const startMs = Date.now()
  let count = 0
  return {
    next: (verdictOf) =>
      Array.from({ length: batchSize }, () => {
        const turn = Math.floor(count / monitors.length)
        const monitor = monitors[count % monitors.length]
        count += 1
        if (!monitor) throw new Error('there are no monitors')
        const slot = {
          monitorId: monitor.id,
          monitorKey: monitor.monitorKey,
          region: local,
          scheduledAtMs: startMs + turn * 1_000,
        }
        return makeResult(slot, verdictOf(turn))
      }),
  }
}

async function repeat(deadlineMs: number, writeBatch: () => Promise<void>): Promise<number> {
  let count = 0
  while (performance.now() < deadlineMs) {
    await writeBatch()
    count += batchSize
  }
  return count
}

interface Opened {
  readonly database: Database
  readonly server: EmbeddedPostgres
  readonly directory: string
  readonly bare: { close(): Promise<void> }
}

async function close({ database, server, directory, bare }: Opened): Promise<void> {
  await bare.close()
  await database[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
}
