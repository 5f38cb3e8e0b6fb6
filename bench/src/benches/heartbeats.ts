import { openDatabase, type Sql } from '@repo/db/database'
import { createMonitors } from '@repo/db/queries/monitors'
import { addWorkspace } from '@repo/db/testing/populate'
import { parseMonitorId } from '@repo/domain/ids'
import { pingRegion } from '@repo/domain/region'
import { startProgram } from 'tests/program'
import { startTalking, type TalkingProcess } from '../live-process.ts'
import { openOwnDatabases } from '../own-databases.ts'
import { onFirstProcessor, onLastProcessor, pinToFirstProcessor } from '../pinned.ts'
import { cpuMicrosOf } from '../process-family.ts'
import { type Row, roundedTo, type Trial } from '../run.ts'

const jobs = 2_000
const clients = 512
const warmUpMs = 4_000

interface Load {
  readonly answers: number
  readonly perSecond: number
  readonly statuses: Readonly<Record<string, number>>
  readonly p50Ms: number
  readonly p99Ms: number
}

/** One API process on one core; whoever pings, PostgreSQL and Redis share the other. */
export const heartbeatsBench: Trial = {
  name: 'heartbeats',
  summary: `pings of ${jobs} jobs by ${clients} clients, each durable before it is answered, beside a bare Bun.serve`,
  async run(seconds, progress) {
    await using ground = await openGround(progress)
    const { api, load, url, sql } = ground
    const ms = Math.round((seconds * 1_000) / 2)
    const ping = (milliseconds: number) => load.ask(`each ${url}/heartbeat ${clients} ${milliseconds} ${jobs}`)
    const warm = JSON.parse(await ping(warmUpMs)) as Load
    const before = { api: cpuMicrosOf(api.pid), postgres: cpuMicrosOf(ground.postgresPid) }
    const pinged = JSON.parse(await ping(ms)) as Load
    const each = (micros: number) => roundedTo(micros / pinged.answers, 1)
    const row: Row = {
      name: 'pings',
      perSecond: Math.round(pinged.perSecond),
      cpuMicrosPerOp: each(cpuMicrosOf(api.pid) - before.api),
      otherCpuMicrosPerOp: each(cpuMicrosOf(ground.postgresPid) - before.postgres),
      rounds: 1,
      figures: figuresOf(pinged),
    }
    await refuseLost(sql, [warm, pinged])
    const bare = await measureBare(load, ms)
    return [bare, { ...row, ratio: roundedTo(row.perSecond / bare.perSecond, 2) }]
  },
}

/** Every ping that was answered is counted by its job, and is a result that waits to become a tick. */
async function refuseLost(sql: Sql, loads: readonly Load[]): Promise<void> {
  const answered = loads.reduce((sum, { statuses }) => sum + (statuses[200] ?? 0), 0)
  const asked = loads.reduce((sum, { answers }) => sum + answers, 0)
  const { rows } = await sql.execute<{ pings: number; results: number }>(
    `select (select sum(pings) from heartbeat)::integer as pings, (select count(*) from heartbeat_result)::integer as results`,
  )
  const { pings, results } = rows[0] ?? { pings: 0, results: 0 }
  if (answered !== asked || pings !== answered || results !== answered)
    throw new Error(`${asked} asked, ${answered} answered, ${pings} stored, ${results} results`)
}

async function openGround(progress: (line: string) => void) {
  await using made = new AsyncDisposableStack()
  const { postgres, redis } = await openOwnDatabases(made, progress)
  const { sql } = made.use(openDatabase(postgres.url, { connections: 2, onError: () => {} }))
  await seedJobs(sql)
  const api = startProgram('apps/api/src/main.ts', [], {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    INSTANCE_SECRET: crypto.randomUUID(),
    PORT: '0',
    LOG_LEVEL: 'info',
  })
  made.defer(async () => void (await api.stop()))
  const [, url = ''] = await api.until(/"url":"(http:[^"]+)"/)
  pinToFirstProcessor(api.pid)
  const load = startTalking(onLastProcessor([process.execPath, `${import.meta.dir}/../http-load-process.ts`]))
  made.defer(() => load.stop())
  await load.nextLine()
  const kept = made.move()
  return { api, load, url, sql, postgresPid: postgres.pid, [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose]() }
}

/** Their tokens are their numbers. */
async function seedJobs(sql: Sql): Promise<void> {
  const workspaceId = await addWorkspace(sql)
  const schedule = { kind: 'period', seconds: 3_600 }
  const made = Array.from({ length: jobs }, (_, index) => ({
    id: parseMonitorId(Bun.randomUUIDv7()),
    workspaceId,
    name: `job ${index}`,
    spec: { kind: 'heartbeat', schedule, graceSeconds: 300, maxRunSeconds: null },
    target: 'heartbeat',
    intervalMs: 3_600_000,
    regions: [pingRegion],
    heartbeat: { tokenHash: new Bun.CryptoHasher('sha256').update(`${index}`).digest(), token: 'bench' },
  }))
  await createMonitors(sql, made, Date.now() - 1_000)
}

async function measureBare(load: TalkingProcess, ms: number): Promise<Row> {
  const server = startTalking(onFirstProcessor([process.execPath, `${import.meta.dir}/../http-bare-process.ts`, '2']))
  try {
    const url = `http://127.0.0.1:${await server.nextLine()}`
    const before = cpuMicrosOf(server.pid)
    const measured = JSON.parse(await load.ask(`each ${url} ${clients} ${ms} ${jobs}`)) as Load
    return {
      name: 'bare Bun.serve',
      perSecond: Math.round(measured.perSecond),
      cpuMicrosPerOp: roundedTo((cpuMicrosOf(server.pid) - before) / measured.answers, 1),
      rounds: 1,
      figures: figuresOf(measured),
    }
  } finally {
    await server.stop()
  }
}

function figuresOf({ answers, p50Ms, p99Ms }: Load): Record<string, number> {
  return { answers, p50Ms: roundedTo(p50Ms, 1), p99Ms: roundedTo(p99Ms, 1) }
}
