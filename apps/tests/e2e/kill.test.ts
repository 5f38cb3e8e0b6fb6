import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Monitor } from '@repo/contracts/monitors'
import type { Tick } from '@repo/contracts/ticks'
import { gridOf, nextSlotMs } from '@repo/domain/grid'
import { parseMonitorId } from '@repo/domain/ids'
import { type HttpTarget, startHttpTarget } from '@repo/probes/testing'
import { openRedis } from '@repo/streams/connect'
import { type Client, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Distributed, startDistributed } from '../src/instance.ts'

const monitorCount = 20
const intervalMs = 2_000

describe('a distributed instance whose processes are killed in the middle of their work', () => {
  let instance: Distributed
  let target: HttpTarget
  let person: Client
  const monitors: Monitor[] = []

  beforeAll(async () => {
    instance = await startDistributed()
    // Slow enough that checks are always in flight.
    target = await startHttpTarget({ delayMs: 400 })
    person = await newClient(instance.url)
    for (let index = 0; index < monitorCount; index += 1) {
      const spec = { kind: 'http' as const, url: `${target.url}${index}` }
      monitors.push(await person.createMonitor({ spec, intervalSeconds: intervalMs / 1_000 }))
    }
    await everySlotOf(Date.now() - 1, Date.now() + intervalMs)
  }, 60_000)

  afterAll(async () => {
    await instance.stop()
    await target.stop()
  }, 30_000)

  test('a killed consumer loses no slot and doubles none: another one of its region takes over', async () => {
    const fromMs = Date.now()
    await inFlight()
    instance.consumers.eu?.[0]?.kill('SIGKILL')
    const ticks = await everySlotOf(fromMs, Date.now() + 4_000)
    expect(duplicatesIn(ticks)).toEqual([])
    // What the dead one had not finished came too late to be run: our failure, and no word about the site.
    const late = ticks.filter((tick) => tick.verdict !== 'up')
    expect(late.every((tick) => tick.region === 'eu' && tick.verdict === 'unknown' && tick.code === 'EXPIRED')).toBe(
      true,
    )
  }, 60_000)

  test('a killed dbpusher loses no result: another one stores it', async () => {
    const fromMs = Date.now()
    await inFlight()
    instance.dbpushers[0]?.kill('SIGKILL')
    const ticks = await everySlotOf(fromMs, Date.now() + 4_000)
    expect(duplicatesIn(ticks)).toEqual([])
    expect(ticks.filter((tick) => tick.verdict !== 'up')).toEqual([])
  }, 60_000)

  test('a consumer that is stopped properly hands its checks back, and nothing expires', async () => {
    const fromMs = Date.now()
    await inFlight()
    expect(await instance.consumers.us?.[0]?.stop()).toBe(0)
    const ticks = await everySlotOf(fromMs, Date.now() + 4_000)
    expect(duplicatesIn(ticks)).toEqual([])
    expect(ticks.filter((tick) => tick.verdict !== 'up')).toEqual([])
  }, 60_000)

  test('its streams and groups have the names of the first version: a stream and a group for each region', async () => {
    await using connection = await openRedis(instance.redisUrl)
    const groups = async (stream: string) => (await connection.redis.xinfo('GROUPS', stream)) as unknown[][]
    const named = async (stream: string) => (await groups(stream)).map(([, name]) => name)
    for (const region of instance.regions) expect(await named(`betterstack:website:${region}`)).toEqual([region])
    expect(await named('betterstack:db')).toEqual(['dbpushers'])
  })

  test('consumers may join a region while it works', async () => {
    const newcomer = instance.startConsumer('us')
    instance.consumers.us?.push(newcomer)
    const fromMs = Date.now() + 1_000
    const ticks = await everySlotOf(fromMs, fromMs + 4_000)
    expect(ticks.filter((tick) => tick.verdict !== 'up')).toEqual([])
  }, 30_000)

  function inFlight(): Promise<true> {
    const before = target.requests.length
    return eventually('checks in flight', () => target.requests.length > before || undefined) as Promise<true>
  }

  /** Waits until every slot of every monitor and region within the window has a tick, and gives those ticks. */
  async function everySlotOf(fromMs: number, toMs: number): Promise<(Tick & { monitorId: string })[]> {
    const expected = monitors.flatMap((monitor) => slotsOf(monitor, fromMs, toMs))
    let ticks: (Tick & { monitorId: string })[] = []
    await eventually(
      `a tick in each of ${expected.length} slots`,
      async () => {
        const all = await Promise.all(
          monitors.map(async ({ id }) => (await person.allTicks(id)).map((tick) => ({ ...tick, monitorId: id }))),
        )
        ticks = all.flat().filter((tick) => within(tick, fromMs, toMs))
        const seen = new Set(ticks.map(slotName))
        return expected.every((slot) => seen.has(slot))
      },
      40_000,
    )
    return ticks
  }

  function slotsOf(monitor: Monitor, fromMs: number, toMs: number): string[] {
    const grid = gridOf(parseMonitorId(monitor.id), intervalMs)
    const slots: string[] = []
    for (let atMs = nextSlotMs(grid, fromMs); atMs < toMs; atMs += intervalMs) {
      for (const region of instance.regions) slots.push(`${monitor.id}/${region}/${new Date(atMs).toISOString()}`)
    }
    return slots
  }
})

function within(tick: Tick, fromMs: number, toMs: number): boolean {
  const atMs = Date.parse(tick.scheduledAt)
  return atMs > fromMs && atMs < toMs
}

function slotName(tick: Tick & { monitorId: string }): string {
  return `${tick.monitorId}/${tick.region}/${tick.scheduledAt}`
}

function duplicatesIn(ticks: readonly (Tick & { monitorId: string })[]): string[] {
  const names = ticks.map(slotName)
  return names.filter((name, index) => names.indexOf(name) !== index)
}
