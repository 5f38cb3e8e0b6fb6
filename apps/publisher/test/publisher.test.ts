import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { listTerms, saveTerm } from '@repo/db/queries/publisher-terms'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { gridOf, nextSlotMs } from '@repo/domain/grid'
import { parseRegion } from '@repo/domain/region'
import { noonMs } from '@repo/domain/testing'
import { type Clock, systemClock } from '@repo/service/clock'
import { createLog } from '@repo/service/log'
import { createManualClock } from '@repo/service/testing'
import type { Backend } from '@repo/streams/backend'
import { openRedis } from '@repo/streams/connect'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { createRedisBackend } from '@repo/streams/redis-backend'
import { startRedis } from '@repo/streams/testing'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createPublisher } from '../src/publisher.ts'
import { type PlannedMonitor, Schedule } from '../src/schedule.ts'
import { createTerm } from '../src/term.ts'
import { collect, makePlanned } from './planned.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await openTestDatabase()
})
afterEach(() => database[Symbol.asyncDispose]())

const log = createLog('publisher', 'silent')
const termOn = (clock: Clock) => createTerm({ sql: database.sql, clock, log })
const region = parseRegion('a')
const leaseTtlMs = 6_000

function memoryBackend(): Backend {
  return createMemoryBackend((alarm) => {
    throw new Error(alarm)
  })
}

/** A publisher on a clock of its own, so that each of several can be stopped dead by no longer moving its clock. */
function startPublisher(backend: Backend, holder: string, monitor: PlannedMonitor) {
  const clock = createManualClock(noonMs)
  const schedule = new Schedule(noonMs)
  schedule.set(monitor, noonMs)
  schedule.whole = true
  // The lease in memory counts in real time: one of a minute is held as long as the test wants.
  const lease = backend.openLease({ name: 'publisher', holder, ttlMs: 60_000 })
  const { stop } = run(
    createPublisher({ schedule, lease, leaseTtlMs, term: termOn(clock), checksOf: backend.checksOf, clock, log }),
  )
  return { clock, lease, stop }
}

const slotsFrom = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index * 1_000)

describe('a publisher', () => {
  const monitor = makePlanned()
  const first = nextSlotMs(gridOf(monitor.id, 1_000), noonMs)

  test('publishes every slot once, up to a second before its instant', async () => {
    const backend = memoryBackend()
    const stream = collect(backend.checksOf(region))
    const { clock, stop } = startPublisher(backend, 'one', monitor)
    for (let turn = 0; turn < 50; turn += 1) {
      await clock.advance(100)
      await eventually('what is due within a second was published', () => {
        const due = Math.floor((clock.nowMs() + 1_000 - first) / 1_000) + 1
        return stream.taken.length >= due
      })
    }
    await stop()
    expect(stream.slots()).toEqual(slotsFrom(first, stream.taken.length))
    expect(stream.slots().at(-1)).toBeWithin(clock.nowMs(), clock.nowMs() + 1_001)
    await stream.stop()
  })

  test('publishes each region’s checks to the stream of the region', async () => {
    const backend = memoryBackend()
    const regions = ['a', 'b'].map(parseRegion)
    const streams = regions.map((name) => collect(backend.checksOf(name)))
    const { clock, stop } = startPublisher(backend, 'one', makePlanned({ regions }))
    await clock.advance(1_000)
    await eventually('both regions have checks', () => streams.every((stream) => stream.taken.length > 0))
    await stop()
    const seen = streams.map((stream) => [...new Set(stream.taken.map((check) => check.region))])
    expect(seen).toEqual(regions.map((name) => [name]))
    await Promise.all(streams.map((stream) => stream.stop()))
  })

  test('is one of two that publishes: the other stands by', async () => {
    const backend = memoryBackend()
    const stream = collect(backend.checksOf(region))
    const publishers = [startPublisher(backend, 'one', monitor), startPublisher(backend, 'two', monitor)]
    for (let turn = 0; turn < 30; turn += 1) for (const { clock } of publishers) await clock.advance(100)
    await eventually('the last slot was published', () => stream.slots().includes(first + 3_000))
    for (const { stop } of publishers) await stop()
    expect(stream.slots()).toEqual(slotsFrom(first, stream.taken.length))
    await stream.stop()
  })

  test('that stops hands over at once: no slot is lost', async () => {
    const backend = memoryBackend()
    const stream = collect(backend.checksOf(region))
    const [leader, next] = [startPublisher(backend, 'one', monitor), startPublisher(backend, 'two', monitor)]
    for (const { clock } of [leader, next]) await clock.advance(100)
    // A clock that is moved on before anybody leads leaves slots in the past.
    await eventually('the first slot was published', () => stream.slots().includes(first))
    for (let turn = 0; turn < 20; turn += 1) for (const { clock } of [leader, next]) await clock.advance(100)
    await leader.stop()
    for (let turn = 0; turn < 40; turn += 1) await next.clock.advance(100)
    await eventually('the last slot was published', () => stream.slots().includes(first + 6_000))
    await next.stop()
    const slots = [...new Set(stream.slots())].sort((a, b) => a - b)
    expect(slots).toEqual(slotsFrom(first, slots.length))
    await stream.stop()
  })

  test('that takes over publishes what fell into the lease of one that died', async () => {
    const backend = memoryBackend()
    const stream = collect(backend.checksOf(region))
    const seldom = makePlanned({ intervalMs: 60_000 })
    const slot = nextSlotMs(gridOf(seldom.id, 60_000), noonMs)
    const dead = backend.openLease({ name: 'publisher', holder: 'dead', ttlMs: 60_000 })
    await dead.hold()
    const next = startPublisher(backend, 'two', seldom)
    await next.clock.advance(slot - noonMs + 3_000)
    expect(stream.taken).toEqual([])
    await dead.release()
    await next.clock.advance(2_500)
    await eventually('the slot was published', () => stream.slots().includes(slot))
    await next.stop()
    await stream.stop()
  })

  test('that takes over goes on where the one before had written down that it ended', async () => {
    const backend = memoryBackend()
    const stream = collect(backend.checksOf(region))
    const seldom = makePlanned({ intervalMs: 60_000 })
    const slot = nextSlotMs(gridOf(seldom.id, 60_000), noonMs)
    await saveTerm(database.sql, { token: 1, beganAtMs: noonMs, throughMs: slot })
    const before = backend.openLease({ name: 'publisher', holder: 'dead', ttlMs: 60_000 })
    await before.hold()
    const next = startPublisher(backend, 'two', seldom)
    await next.clock.advance(slot - noonMs + 1_000)
    await before.release()
    await eventually('the slot after it was published', async () => {
      await next.clock.advance(1_000)
      return stream.slots().includes(slot + 60_000)
    })
    expect(stream.slots()).toEqual([slot + 60_000])
    await next.stop()
    await stream.stop()
  })

  test('writes down from when until when it published, and begins anew after a gap', async () => {
    const backend = memoryBackend()
    const stream = collect(backend.checksOf(region))
    const { clock, stop } = startPublisher(backend, 'one', monitor)
    await eventually('it leads', async () => {
      await clock.advance(100)
      return stream.taken.length > 0
    })
    const gapFromMs = clock.nowMs()
    await clock.jump(20_000)
    await eventually('it has gone on', async () => {
      await clock.advance(100)
      return stream.slots().some((slot) => slot > gapFromMs + 20_000)
    })
    await stop()
    const terms = await listTerms(database.sql, { afterMs: 0, throughMs: clock.nowMs() + 60_000 })
    const [before, after] = terms.sort((a, b) => a.beganAtMs - b.beganAtMs)
    expect(before?.throughMs).toBeWithin(gapFromMs + 900, gapFromMs + 1_101)
    expect(after?.beganAtMs).toBeWithin(gapFromMs + 19_000, gapFromMs + 20_200)
    await stream.stop()
  })

  test('that comes back after another took over publishes nothing with its old lease', async () => {
    const backend = memoryBackend()
    const stream = collect(backend.checksOf(region))
    const clock = createManualClock(noonMs)
    const schedule = new Schedule(noonMs)
    schedule.set(monitor, noonMs)
    const lease = backend.openLease({ name: 'publisher', holder: 'one', ttlMs: 60_000 })
    const stale = { ...lease, hold: async () => ({ held: true as const, token: (await held).token }) }
    const held = lease.hold() as Promise<{ token: number }>
    await held
    await lease.release()
    await backend.openLease({ name: 'publisher', holder: 'another', ttlMs: 60_000 }).hold()
    const { stop } = run(
      createPublisher({
        schedule,
        lease: stale,
        leaseTtlMs,
        term: termOn(clock),
        checksOf: backend.checksOf,
        clock,
        log,
      }),
    )
    for (let turn = 0; turn < 30; turn += 1) {
      await eventually('the turn has ended', () => clock.sleepers === 1)
      await clock.advance(100)
    }
    await stop()
    expect(stream.taken).toEqual([])
    await stream.stop()
  })

  test('that could not renew its lease in time publishes nothing more', async () => {
    const backend = memoryBackend()
    const stream = collect(backend.checksOf(region))
    const leader = startPublisher(backend, 'one', monitor)
    await leader.clock.advance(1_000)
    await eventually('it leads', () => stream.taken.length > 0)
    await leader.lease.release()
    await backend.openLease({ name: 'publisher', holder: 'another', ttlMs: 60_000 }).hold()
    await leader.clock.advance(leaseTtlMs)
    const published = stream.taken.length
    await leader.clock.advance(10_000)
    await leader.stop()
    expect(stream.taken).toHaveLength(published)
    await stream.stop()
  })

  test('frees its lease when it stops', async () => {
    const backend = memoryBackend()
    const leader = startPublisher(backend, 'one', monitor)
    await leader.clock.advance(100)
    const other = backend.openLease({ name: 'publisher', holder: 'two', ttlMs: 60_000 })
    expect(await other.hold()).toEqual({ held: false })
    await leader.stop()
    expect(await other.hold()).toMatchObject({ held: true })
  })
})

describe('while Redis is away or refuses', () => {
  test('checks are not lost: they are published when it is back', async () => {
    await using server = await startRedis({ appendOnly: true })
    await using connection = await openRedis(server.url, { onError: () => {} })
    const backend = createRedisBackend(connection.redis, () => {})
    const monitor = makePlanned({ scheduleFromMs: Date.now() })
    const schedule = new Schedule(Date.now())
    schedule.set(monitor, Date.now())
    const lease = backend.openLease({ name: 'publisher', holder: 'one', ttlMs: 60_000 })
    const { stop } = run(
      createPublisher({
        schedule,
        lease,
        leaseTtlMs: 60_000,
        term: termOn(systemClock),
        checksOf: backend.checksOf,
        clock: systemClock,
        log,
      }),
    )
    const stream = collect(backend.checksOf(region))
    await eventually('the first check was published', () => stream.taken.length > 0)
    await server.kill()
    // One that may still run half a minute later, and comes due while nobody can be told.
    const dueInTheOutage = makePlanned({ scheduleFromMs: Date.now(), intervalMs: 86_400_000 })
    schedule.set(dueInTheOutage, Date.now())
    await server.restart()
    await eventually('it was published', () => stream.slots().includes(dueInTheOutage.scheduleFromMs))
    await stop()
    await stream.stop()
  }, 30_000)

  test('checks that it refuses are published once it takes them again', async () => {
    await using server = await startRedis()
    await using connection = await openRedis(server.url, { onError: () => {} })
    const { redis } = connection
    const backend = createRedisBackend(redis, () => {})
    const key = 'betterstack:website:a'
    await redis.set(key, 'not a stream')
    const clock = createManualClock(noonMs)
    const schedule = new Schedule(noonMs)
    schedule.set(makePlanned({ scheduleFromMs: noonMs, intervalMs: 86_400_000 }), noonMs)
    const lease = backend.openLease({ name: 'publisher', holder: 'one', ttlMs: 60_000 })
    const { stop } = run(
      createPublisher({ schedule, lease, leaseTtlMs, term: termOn(clock), checksOf: backend.checksOf, clock, log }),
    )
    await eventually('Redis has refused a check', async () =>
      /cmdstat_xadd:.*failed_calls=[1-9]/.test(await redis.info('commandstats')),
    )
    await redis.del(key)
    const stream = collect(backend.checksOf(region))
    await eventually('the check was published', async () => {
      await clock.advance(100)
      return stream.slots().includes(noonMs)
    })
    await stop()
    await stream.stop()
  })
})
