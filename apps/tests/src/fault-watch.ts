import { readFileSync } from 'node:fs'
import { type Database, openDatabase } from '@repo/db/database'
import { type OutcomeCode, type OutcomeVerdict, outcomeCodes } from '@repo/domain/outcome'
import type { VerdictStatus } from '@repo/domain/verdict'
import { openRedis } from '@repo/streams/connect'
import { type LedgerState, type Sample, type SlotRecord, slotKey } from './fault-ledger.ts'
import type { Rig } from './fault-rig.ts'

/** Looks at the database, the streams and the processes all the while, past the links that may be broken. */
export interface Watch {
  readonly records: ReadonlyMap<string, SlotRecord>
  readonly samples: readonly Sample[]
  states(): Promise<LedgerState[]>
  buried(): Promise<Record<string, number>>
  /** How many entries the streams still hold: what was carried out leaves them. */
  waiting(): Promise<number>
  /** Looks once more, now. Rejects where the database cannot be reached. */
  look(): Promise<void>
  /** Takes out of the account what the database does not hold any more, and gives it. */
  forgetMissing(): Promise<readonly SlotRecord[]>
  stop(): Promise<void>
}

const everyMs = 400
/** As `tick.verdict` numbers them. */
const verdicts: readonly OutcomeVerdict[] = ['up', 'degraded', 'down', 'unknown']

export function startWatch(rig: Rig, fromMs: number): Watch {
  const records = new Map<string, SlotRecord>()
  const samples: Sample[] = []
  const statuses = new Map<number, Set<VerdictStatus>>()
  const stopping = new AbortController()
  const streams = createStreamLooker(rig)

  async function look(): Promise<void> {
    await withDatabase(rig, async ({ sql }) => {
      const { rows } = await sql.execute<TickRow>(ticksSince(fromMs))
      const seenAtMs = Date.now()
      for (const record of rows.map((row) => toRecord(row, seenAtMs))) {
        // What was given up as lost may come after all: the row of the end counts, and the time of the first.
        const known = records.get(slotKey(record))
        records.set(slotKey(record), known ? { ...record, seenAtMs: known.seenAtMs } : record)
      }
      for (const { monitor_key, status } of (
        await sql.execute<StateRow>('select monitor_key, status from monitor_state')
      ).rows) {
        statuses.set(monitor_key, (statuses.get(monitor_key) ?? new Set()).add(status))
      }
    })
  }

  async function forgetMissing(): Promise<readonly SlotRecord[]> {
    const { rows } = await withDatabase(rig, ({ sql }) => sql.execute<TickRow>(ticksSince(fromMs)))
    const held = new Set(rows.map((row) => slotKey(toRecord(row, 0))))
    const missing = [...records].filter(([key]) => !held.has(key))
    for (const [key] of missing) records.delete(key)
    return missing.map(([, record]) => record)
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      // A database that is down is what many a fault is about; the look after the fault sees what was missed.
      await look().catch(() => {})
      samples.push({ atMs: Date.now(), rssMb: memoryOf(rig), streams: streams.lengths() })
      await Bun.sleep(everyMs)
    }
  }

  const running = run()
  return {
    records,
    samples,
    look,
    forgetMissing,
    buried: () => countEntries(rig, ':dead'),
    waiting: async () => Object.values(await countEntries(rig, '')).reduce((sum, count) => sum + count, 0),
    states: () => withDatabase(rig, (database) => readStates(database, statuses)),
    async stop() {
      stopping.abort()
      await running
      await streams.stop()
    },
  }
}

/** A connection for each look: the server may have been another one at the last. */
export async function withDatabase<Value>(rig: Rig, look: (database: Database) => Promise<Value>): Promise<Value> {
  await using database = openDatabase(rig.postgres.url, { connections: 1, onError: () => {} })
  return await look(database)
}

interface TickRow extends Record<string, unknown> {
  monitor_key: number
  region: string
  scheduled_at_ms: number
  verdict: number
  code: string | null
  start_lag_ms: number
}

interface StateRow extends Record<string, unknown> {
  monitor_key: number
  status: VerdictStatus
}

function ticksSince(fromMs: number): string {
  return `select t.monitor_key, r.name as region, (extract(epoch from t.scheduled_at) * 1000)::float8 as scheduled_at_ms,
      t.verdict, t.code::text as code, t.start_lag_ms
    from tick t join region r using (region_key) where t.scheduled_at > to_timestamp(${fromMs} / 1000.0)`
}

function toRecord(row: TickRow, seenAtMs: number): SlotRecord {
  return {
    monitorKey: row.monitor_key,
    region: row.region,
    scheduledAtMs: Math.round(row.scheduled_at_ms),
    verdict: verdicts[row.verdict] ?? 'unknown',
    code: toCode(row.code),
    startLagMs: row.start_lag_ms,
    seenAtMs,
  }
}

/** A name, its place in the list, or nothing where there was no remark. */
function toCode(stored: string | null): OutcomeCode {
  if (stored === null) return 'OK'
  const code = /^\d+$/.test(stored) ? outcomeCodes[Number(stored)] : outcomeCodes.find((name) => name === stored)
  if (!code) throw new Error(`the database holds a code that is not in the list: ${stored}`)
  return code
}

async function readStates({ sql }: Database, statuses: ReadonlyMap<number, ReadonlySet<VerdictStatus>>) {
  const states = (await sql.execute<StateRow>('select monitor_key, status from monitor_state')).rows
  const views = (
    await sql.execute<{ monitor_key: number; region: string; verdict: number; vote: number; blind: boolean }>(
      'select monitor_key, name as region, verdict, vote, blind from monitor_region join region using (region_key)',
    )
  ).rows
  const intervals = (
    await sql.execute<{ monitor_key: number; status: string; began_ms: number; ended_ms: number | null }>(
      `select monitor_key, status, (extract(epoch from began_at) * 1000)::float8 as began_ms,
        (extract(epoch from ended_at) * 1000)::float8 as ended_ms
      from state_interval order by began_at`,
    )
  ).rows
  return states.map(({ monitor_key, status }) => ({
    monitorKey: monitor_key,
    status,
    views: views
      .filter((view) => view.monitor_key === monitor_key)
      .map(({ region, verdict, vote, blind }) => ({
        ...{ region, blind },
        verdict: verdicts[verdict] ?? 'unknown',
        vote: verdicts[vote] ?? 'unknown',
      })),
    intervals: intervals
      .filter((interval) => interval.monitor_key === monitor_key)
      .map((interval) => ({
        status: interval.status,
        beganAtMs: interval.began_ms,
        endedAtMs: interval.ended_ms,
      })),
    statuses: [...(statuses.get(monitor_key) ?? [])],
  }))
}

function memoryOf(rig: Rig): Record<string, number> {
  const sizes = rig.programs
    .filter((one) => !one.hasEnded)
    .map(({ name, program }) => [name, rssMb(program.pid)] as const)
  return Object.fromEntries(sizes.filter(([, mb]) => mb > 0))
}

/** The resident pages of proc_pid_statm(5), four KiB each; 0 for a process that has just ended. */
function rssMb(pid: number): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4_096) / 1_048_576
  } catch {
    return 0
  }
}

async function countEntries({ redisUrl, regions }: Rig, suffix: '' | ':dead'): Promise<Record<string, number>> {
  await using connection = await openRedis(redisUrl, { onError: () => {} })
  const counts = streamsOf(regions).map(
    async (name) => [name, await connection.redis.xlen(`${name}${suffix}`)] as const,
  )
  return Object.fromEntries(await Promise.all(counts))
}

function streamsOf(regions: readonly string[]): string[] {
  return ['betterstack:db', ...regions.map((region) => `betterstack:website:${region}`)]
}

/** Asks for the lengths in the background, for Redis may be gone for a while. */
function createStreamLooker({ redisUrl, regions }: Rig) {
  const connection = openRedis(redisUrl, { onError: () => {} })
  const names = streamsOf(regions)
  let newest: Record<string, number> = {}
  let isAsking = false
  async function ask(): Promise<void> {
    isAsking = true
    try {
      const { redis } = await connection
      newest = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await redis.xlen(name)] as const)))
    } catch {
      newest = {}
    }
    isAsking = false
  }
  return {
    lengths() {
      if (!isAsking) void ask()
      return newest
    },
    stop: async () => (await connection).close(),
  }
}
