import { openDatabase } from '@repo/db/database'
import { createKeyring } from '@repo/secrets/keyring'
import type pg from 'pg'
import { startProgram } from 'tests/program'
import { startTalking, type TalkingProcess } from '../live-process.ts'
import { openOwnDatabases } from '../own-databases.ts'
import { onFirstProcessor, onLastProcessor, pinToFirstProcessor } from '../pinned.ts'
import { openClient } from '../pipeline-monitors.ts'
import { cpuMicrosOf } from '../process-family.ts'
import { type Row, roundedTo, type Trial } from '../run.ts'
import { type Databases, type Ground, seedDeliveries, seedOutages, seedWebhooks } from '../seed-deliveries.ts'

const stories = 500
const channels = 200
/** Of each channel: a channel is told at most 600 times a minute. */
const eachMost = 500
const warmUpEach = 25
/** Beside a channel that hangs: so many a second, over so many other channels. */
const pacedPerSecond = 200
const pacedChannels = 50
const keyText = 'A'.repeat(43)

/** A notifier on one core; whoever receives is on the other, and PostgreSQL and Redis are wherever there is room. */
export const notifierBench: Trial = {
  name: 'notifier',
  summary: `webhooks of ${channels} channels told by one notifier, beside bare posts, and what a channel that hangs does to others`,
  async run(seconds, progress) {
    await using stage = await openStage(progress)
    const url = `http://127.0.0.1:${await stage.target.nextLine()}`
    const bare = await measureBare(`${url}/bare`, { seconds, target: stage.target })
    const keyring = createKeyring([{ id: 'k1', key: Buffer.from(keyText, 'base64url') }])
    const ground = await seedOutages(stage, stories)
    const place = { workspaceId: ground.workspaceId, count: channels }
    const channelIds = await seedWebhooks(stage.sql, keyring, { ...place, url: `${url}/hook/` })
    const [hanging = ''] = await seedWebhooks(stage.sql, keyring, { ...place, url: `${url}/hang/`, count: 1 })
    const busy = await measureBusy(stage, { ground, channelIds, seconds })
    progress(`${busy.perSecond} messages a second`)
    const paced = { ground, channelIds: channelIds.slice(0, pacedChannels), seconds }
    const alone = await measurePaced(stage, { ...paced, name: 'paced, alone', hanging: undefined })
    const beside = await measurePaced(stage, { ...paced, name: 'paced, beside a channel that hangs', hanging })
    return [bare, { ...busy, ratio: roundedTo(busy.perSecond / bare.perSecond, 2) }, alone, beside]
  },
}

interface Stage extends Databases {
  readonly target: TalkingProcess
  readonly notifierPid: number
  readonly postgresPid: number
}

/** All that is due is told, once each, while nothing else happens. */
async function measureBusy(
  { client, target, notifierPid, postgresPid }: Stage,
  { ground, channelIds, seconds }: { ground: Ground; channelIds: readonly string[]; seconds: number },
): Promise<Row> {
  const due = { channelIds, fromMs: Date.now() - 60_000, overMs: 0 }
  await tellAll(client, () => seedDeliveries(client, ground, { ...due, each: warmUpEach, round: 'warm' }))
  const each = Math.min(eachMost, Math.max(50, Math.round((seconds * 2_000) / channels)))
  const before = Number(await target.ask('count'))
  const cpuBefore = { notifier: cpuMicrosOf(notifierPid), postgres: cpuMicrosOf(postgresPid) }
  const elapsedMs = await tellAll(client, () => seedDeliveries(client, ground, { ...due, each, round: 'busy' }))
  const count = Number(await target.ask('count')) - before
  if (count !== each * channels) throw new Error(`${each * channels} messages were due, and ${count} came`)
  return {
    name: 'webhooks, all due at once',
    perSecond: Math.round((1_000 * count) / elapsedMs),
    cpuMicrosPerOp: roundedTo((cpuMicrosOf(notifierPid) - cpuBefore.notifier) / count, 1),
    otherCpuMicrosPerOp: roundedTo((cpuMicrosOf(postgresPid) - cpuBefore.postgres) / count, 1),
    rounds: 1,
    figures: { messages: count },
  }
}

/** @returns how long it took until the last of them was marked as told. */
async function tellAll(client: pg.Client, seed: () => Promise<unknown>): Promise<number> {
  await seed()
  const beganAtMs = performance.now()
  for (;;) {
    // Not how many: to count them all the time would be a part of what is measured.
    const { rowCount } = await client.query(`select from delivery where state in ('waiting', 'sending') limit 1`)
    if (rowCount === 0) return performance.now() - beganAtMs
    if (performance.now() - beganAtMs > 300_000) throw new Error('some messages were not told')
    await Bun.sleep(100)
  }
}

interface Pacing {
  readonly name: string
  readonly ground: Ground
  readonly channelIds: readonly string[]
  readonly seconds: number
  readonly hanging: string | undefined
}

/** How late messages come that are due one after the other. */
async function measurePaced({ client, target, notifierPid }: Stage, pacing: Pacing): Promise<Row> {
  const { name, ground, channelIds, seconds, hanging } = pacing
  const each = Math.min(stories, Math.round((pacedPerSecond * seconds) / pacedChannels))
  const round = crypto.randomUUID()
  const fromMs = Date.now() + 3_000
  if (hanging !== undefined)
    await seedDeliveries(client, ground, {
      ...{ channelIds: [hanging], each: stories, round, fromMs: Date.now() - 1_000, overMs: 0 },
    })
  const overMs = (1_000 * each * pacedChannels) / pacedPerSecond
  const due = await seedDeliveries(client, ground, { channelIds, each, round, fromMs, overMs })
  await target.ask(`due ${JSON.stringify(due)}`)
  await target.ask('late')
  const cpuBefore = cpuMicrosOf(notifierPid)
  const lateMs: number[] = []
  const deadline = performance.now() + overMs + 60_000
  while (lateMs.length < due.length && performance.now() < deadline) {
    await Bun.sleep(500)
    lateMs.push(...(JSON.parse(await target.ask('late')) as number[]))
  }
  if (lateMs.length !== due.length) throw new Error(`${due.length} messages were due, and ${lateMs.length} came`)
  lateMs.sort((a, b) => a - b)
  const at = (share: number) => lateMs[Math.min(lateMs.length - 1, Math.floor(lateMs.length * share))] ?? Number.NaN
  return {
    ...{ name, perSecond: pacedPerSecond, rounds: 1 },
    cpuMicrosPerOp: roundedTo((cpuMicrosOf(notifierPid) - cpuBefore) / due.length, 1),
    figures: { messages: due.length, lateP50Ms: at(0.5), lateP99Ms: at(0.99), lateMaxMs: at(1) },
  }
}

async function measureBare(
  url: string,
  { seconds, target }: { seconds: number; target: TalkingProcess },
): Promise<Row> {
  const before = Number(await target.ask('count'))
  const command = [process.execPath, `${import.meta.dir}/../bare-webhooks-process.ts`, url, '200', `${seconds * 500}`]
  const child = Bun.spawn(onFirstProcessor(command), { stdout: 'pipe' })
  const said = (await new Response(child.stdout).json()) as { count: number; elapsedMs: number; cpuMicros: number }
  const seen = Number(await target.ask('count')) - before
  if (seen !== said.count) throw new Error(`bare posts claim ${said.count}, the other side has seen ${seen}`)
  return {
    name: 'bare posts by fetch',
    perSecond: Math.round((1_000 * said.count) / said.elapsedMs),
    cpuMicrosPerOp: roundedTo(said.cpuMicros / said.count, 1),
    rounds: 1,
    figures: { messages: said.count },
  }
}

async function openStage(progress: (line: string) => void): Promise<Stage & AsyncDisposable> {
  await using made = new AsyncDisposableStack()
  const { postgres, redis } = await openOwnDatabases(made, progress)
  const { sql } = made.use(openDatabase(postgres.url, { connections: 2, onError: () => {} }))
  const client = await openClient(postgres.url)
  made.defer(() => client.end())
  const target = startTalking(onLastProcessor([process.execPath, `${import.meta.dir}/../webhook-target-process.ts`]))
  made.defer(() => target.stop())
  const notifier = startProgram('apps/notifier/src/main.ts', [], {
    ...{ DATABASE_URL: postgres.url, REDIS_URL: redis.url, INSTANCE_KEYS: `k1:${keyText}` },
    ...{ PROBE_ALLOWED_CIDRS: 'private', PUBLIC_URL: 'https://up.example', LOG_LEVEL: 'info' },
  })
  made.defer(async () => void (await notifier.stop()))
  await notifier.until(/metrics and health/)
  pinToFirstProcessor(notifier.pid)
  const kept = made.move()
  return {
    ...{ sql, client, target, notifierPid: notifier.pid, postgresPid: postgres.pid },
    [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
  }
}
