import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openEmbeddedPostgres } from '@repo/db/embedded'
import { migrate } from '@repo/db/migrate'
import { startRedis } from '@repo/streams/testing'
import { Redis } from 'ioredis'
import { type Program, startProgram } from 'tests/program'
import { type CountingTarget, startCountingTarget } from '../counting-target.ts'
import { firstLine } from '../first-line.ts'
import { onFirstProcessor, pinToFirstProcessor } from '../pinned.ts'
import { openClient, seedPipelineMonitors } from '../pipeline-monitors.ts'
import { measurePipeline } from '../pipeline-run.ts'
import { type Row, roundedTo, type Trial } from '../run.ts'
import { startTlsCountingTarget } from '../tls-counting-target.ts'

const intervalMs = 1_000
const warmUpSeconds = 15
const region = 'bench'

interface Load {
  readonly name: string
  readonly checksPerSecond: number
  readonly startTarget: () => Promise<CountingTarget>
}

/** All monitors of these loads are on one address, which no politeness is meant for. */
const probing = {
  PROBE_PER_HOST: '5000',
  PROBE_CONCURRENCY: '2000',
  PROBE_ALLOWED_CIDRS: 'private',
  REGION_CANARIES: 'self',
}

/** What checks a second cost when everything but the target shares one core, as one process with its database. */
export const pipelineBench: Trial = {
  name: 'pipeline',
  summary: 'standalone on one core, PostgreSQL included, target on the other: 1,000 to 10,000 checks a second',
  run: (seconds, progress) =>
    inTurn(
      [1_000, 3_000, 4_000, 5_000, 10_000].map((checksPerSecond) => ({
        name: `standalone, ${checksPerSecond.toLocaleString('en-US')}/s`,
        checksPerSecond,
        startTarget: startCountingTarget,
      })),
      progress,
      (load) => runStandalone(load, { seconds, progress }),
    ),
}

export const pipelineTlsBench: Trial = {
  name: 'pipeline-tls',
  summary: 'the same over https, a full handshake each: 500 and 1,000 checks a second',
  run: (seconds, progress) =>
    inTurn(
      [500, 1_000].map((checksPerSecond) => ({
        name: `standalone, https, ${checksPerSecond.toLocaleString('en-US')}/s`,
        checksPerSecond,
        startTarget: startTlsCountingTarget,
      })),
      progress,
      (load) => runStandalone(load, { seconds, progress }),
    ),
}

export const pipelineDistributedBench: Trial = {
  name: 'distributed',
  summary:
    'publisher, Redis, consumer, dbpusher, PostgreSQL and the target together on the machine: 1,000 to 6,500 a second',
  run: (seconds, progress) =>
    inTurn(
      [1_000, 3_000, 5_000, 6_500].map((checksPerSecond) => ({
        name: `distributed, ${checksPerSecond.toLocaleString('en-US')}/s`,
        checksPerSecond,
        startTarget: () => startCountingTarget({ pinned: false }),
      })),
      progress,
      (load) => runDistributed(load, { seconds, progress }),
    ),
}

interface Wish {
  readonly seconds: number
  readonly progress: (line: string) => void
}

async function inTurn(
  loads: readonly Load[],
  progress: Wish['progress'],
  run: (load: Load) => Promise<Row>,
): Promise<Row[]> {
  const rows: Row[] = []
  for (const load of loads) {
    const row = await run(load)
    progress(JSON.stringify(row))
    rows.push(row)
  }
  return rows
}

async function runStandalone(load: Load, { seconds, progress }: Wish): Promise<Row> {
  await using ground = await openGround(load)
  const probeAlone = await measureProbes(ground.target.url, load.checksPerSecond)
  pinToFirstProcessor(ground.postgres.pid)
  const env = { ...probing, DATABASE_URL: ground.postgres.url, REGIONS: region, LOG_LEVEL: 'warn' }
  const data = mkdtempSync(join(tmpdir(), 'betteruptime-bench-data-'))
  const args = ['--port', '0', '--data', data]
  const program = startProgram('apps/standalone/src/main.ts', args, env)
  pinToFirstProcessor(program.pid)
  try {
    await program.until(/is ready: (http:\S+)/)
    const processes = { standalone: program.pid, postgres: ground.postgres.pid }
    const pipeline = { client: ground.client, target: ground.target, processes, waiting: async () => 0 }
    const row = await measurePipeline(pipeline, { name: load.name, seconds, warmUpSeconds, progress })
    return { ...row, figures: { ...row.figures, probeAloneCpuMicros: probeAlone } }
  } finally {
    await program.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

async function runDistributed(load: Load, { seconds, progress }: Wish): Promise<Row> {
  await using ground = await openGround(load)
  await using redis = await startRedis()
  const shared = { REDIS_URL: redis.url, LOG_LEVEL: 'info' }
  const stored = { ...shared, DATABASE_URL: ground.postgres.url }
  const connection = new Redis(redis.url)
  const programs: Record<string, Program> = {
    publisher: startProgram('apps/publisher/src/main.ts', [], stored),
    consumer: startProgram('apps/consumer/src/main.ts', ['--region', region], { ...shared, ...probing }),
    dbpusher: startProgram('apps/dbpusher/src/main.ts', [], stored),
  }
  try {
    await programs.publisher?.until(/"leading"/)
    const pids = Object.entries(programs).map(([name, program]) => [name, program.pid] as const)
    const processes = { ...Object.fromEntries(pids), redis: redis.pid, postgres: ground.postgres.pid }
    const waiting = async () =>
      (await connection.xlen(`betterstack:website:${region}`)) + (await connection.xlen('betterstack:db'))
    const pipeline = { client: ground.client, target: ground.target, processes, waiting }
    return await measurePipeline(pipeline, { name: load.name, seconds, warmUpSeconds, progress })
  } finally {
    connection.disconnect()
    await Promise.all(Object.values(programs).map((program) => program.stop()))
  }
}

const probingSeconds = 8

/** The reference: the probe alone at the same rate on the same core, in microseconds of processor time each. */
async function measureProbes(url: string, checksPerSecond: number): Promise<number> {
  const script = `${dirname(import.meta.dir)}/paced-probes.ts`
  const command = [process.execPath, script, url, String(checksPerSecond), String(probingSeconds)]
  const child = Bun.spawn(onFirstProcessor(command), { stdout: 'pipe' })
  const { count, cpuMicros } = JSON.parse(await firstLine(child.stdout)) as { count: number; cpuMicros: number }
  await child.exited
  return count < 0.98 * checksPerSecond * probingSeconds ? Number.NaN : roundedTo(cpuMicros, 1)
}

/** A database with the monitors of a load, and what they watch. */
async function openGround({ checksPerSecond, startTarget }: Load) {
  const directory = mkdtempSync(join(tmpdir(), 'betteruptime-bench-'))
  const target = await startTarget()
  const postgres = await openEmbeddedPostgres({
    dataDirectory: directory,
    password: crypto.randomUUID(),
    onProgress: () => {},
  })
  await migrate(postgres.url)
  const client = await openClient(postgres.url)
  const count = (checksPerSecond * intervalMs) / 1_000
  await seedPipelineMonitors(client, { count, intervalMs, region, targetUrl: target.url })
  return {
    target,
    postgres,
    client,
    async [Symbol.asyncDispose]() {
      await client.end()
      await postgres[Symbol.asyncDispose]()
      await target.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
