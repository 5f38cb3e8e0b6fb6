import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { LiveBatch, LiveEvent } from '@repo/contracts/live'
import { insertResults } from '@repo/db/queries/heartbeat-results'
import { deleteMonitor, pauseMonitor, type StoredMonitor } from '@repo/db/queries/monitors'
import { listTicks } from '@repo/db/queries/ticks'
import { lockMonitors } from '@repo/db/queries/verdicts'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addHeartbeat, addMonitor, addWorkspace, reread } from '@repo/db/testing/populate'
import type { CheckResult } from '@repo/domain/check'
import { pingOutcome } from '@repo/domain/heartbeat-outcome'
import type { WorkspaceId } from '@repo/domain/ids'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import type { VerdictPolicy } from '@repo/domain/policy'
import { parseRegion, pingRegion } from '@repo/domain/region'
import { makeOutcome, makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createOperator } from '@repo/service/operator-server'
import { createManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import type { Rechecks } from '../src/rechecks.ts'
import { createSaveResults } from '../src/save-results.ts'
import { dbpusherServices } from '../src/services.ts'

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())

const regions = ['a', 'b', 'c'].map(parseRegion)
/** One look is enough either way, except where a test is about just that. */
const hasty = { failures: 1, recoveries: 1 }
const watchedBy = (count: number, policy: Partial<VerdictPolicy> = hasty) =>
  addMonitor(database.sql, workspaceId, { regions: regions.slice(0, count), policy })

/** Everybody's ticks are being watched, except where a test says whose. */
function openSave(workspaceOf: (monitorKey: number) => WorkspaceId | undefined = () => workspaceId) {
  const announced: LiveBatch[] = []
  const announce = async (batch: LiveBatch) => void announced.push(batch)
  const asked: Parameters<Rechecks['ask']>[0][number][] = []
  const rechecks: Rechecks = { ask: async (moves) => void asked.push(...moves.filter((move) => move.asks.length > 0)) }
  const clock = { nowMs: () => noonMs + 3_600_000 }
  const save = createSaveResults({ sql: database.sql, clock, rechecks, workspaceOf, announce })
  return { save, announced, asked, events: () => announced.flatMap((batch) => batch.events) }
}

const result = (monitor: StoredMonitor, region: string, second: number, verdict: OutcomeVerdict) =>
  makeResult({ id: monitor.id, monitorKey: monitor.monitorKey }, makeTick(region, noonMs + second * 1_000, verdict))

const ticksOf = async ({ monitorKey }: StoredMonitor) =>
  (await listTicks(database.sql, monitorKey, { limit: 1_000 })).items
const countTicks = async (monitorKey: number) =>
  (await listTicks(database.sql, monitorKey, { limit: 1_000 })).items.length
const viewsOf = async ({ monitorKey }: StoredMonitor) =>
  (await lockMonitors(database.sql, [monitorKey]))[0]?.views ?? []
const stateOf = async (monitor: StoredMonitor) => (await reread(database.sql, monitor)).state

const monitorOf = (event: LiveEvent) => ('monitorId' in event ? event.monitorId : undefined)

describe('a result of a heartbeat', () => {
  test('is forgotten where it was written down, in the transaction that stores its tick', async () => {
    const job = await addHeartbeat(database.sql, workspaceId)
    const { save } = openSave()
    const first = { ...result(job, 'heartbeat', 1, 'down'), region: pingRegion }
    const second = { ...first, scheduledAtMs: noonMs + 2_000 }
    await insertResults(
      database.sql,
      [first, second].map((one) => ({ ...one, text: '{}' })),
    )
    const written = async () => (await database.sql.execute('select from heartbeat_result')).rows.length
    await save([result(await watchedBy(1), 'a', 1, 'up')])
    expect(await written()).toBe(2)
    await save([first])
    expect([await written(), (await stateOf(job)).status]).toEqual([1, 'down'])
    // One that comes again is stored already, and all the same to be forgotten.
    await insertResults(database.sql, [{ ...first, text: '{}' }])
    await save([first, second])
    expect([await written(), await countTicks(job.monitorKey)]).toEqual([0, 2])
  })

  test('that passes says what the job did, and not what somebody answered', async () => {
    const job = await addHeartbeat(database.sql, workspaceId)
    const told = { kind: 'success', exitCode: null, durationMs: 3_000, words: '' } as const
    const outcome = pingOutcome(told) ?? makeOutcome('unknown')
    await openSave().save([{ ...result(job, 'heartbeat', 1, 'up'), outcome }])
    expect((await ticksOf(job))[0]?.outcome.message).toBe('the job was done in 3 s')
  })
})

describe('a batch of results', () => {
  test('becomes ticks, what the regions say, and the verdict, all at once', async () => {
    const monitor = await watchedBy(3)
    const { save } = openSave()
    await save([result(monitor, 'a', 1, 'down'), result(monitor, 'b', 2, 'down'), result(monitor, 'c', 3, 'up')])
    expect(await ticksOf(monitor)).toHaveLength(3)
    const views = await viewsOf(monitor)
    expect(views.map(({ region, verdict }) => `${region} ${verdict}`).sort()).toEqual(['a down', 'b down', 'c up'])
    expect(await stateOf(monitor)).toEqual({
      status: 'down',
      sinceMs: noonMs + 1_000,
      cause: { code: 'TCP_REFUSED', message: 'it is down', region: parseRegion('b') },
      failing: 2,
      reporting: 3,
      maintenance: null,
    })
  })

  test('announces each tick, and the new status once', async () => {
    const monitor = await watchedBy(1)
    const { save, announced } = openSave()
    await save([result(monitor, 'a', 1, 'up'), result(monitor, 'a', 2, 'up')])
    expect(announced).toEqual([
      {
        workspaceId,
        events: [
          expect.objectContaining({ type: 'tick', monitorId: monitor.id }),
          expect.objectContaining({ type: 'tick', monitorId: monitor.id }),
          {
            type: 'monitor.status',
            monitorId: monitor.id,
            status: 'up',
            previous: 'unknown',
            since: '2026-06-01T12:00:01.000Z',
            message: null,
          },
        ],
      },
    ])
  })

  test('that comes again changes nothing and announces nothing', async () => {
    const monitor = await watchedBy(1)
    const { save, announced } = openSave()
    const batch = [result(monitor, 'a', 1, 'up'), result(monitor, 'a', 2, 'down')]
    await save(batch)
    const [ticks, state] = [await ticksOf(monitor), await stateOf(monitor)]
    announced.length = 0
    await save(batch)
    await openSave().save(batch.toReversed())
    expect([await ticksOf(monitor), await stateOf(monitor)]).toEqual([ticks, state] as never)
    expect(announced).toEqual([])
  })

  test('that comes again with something new announces the new alone', async () => {
    const monitor = await watchedBy(1)
    const { save, announced, events } = openSave()
    await save([result(monitor, 'a', 1, 'up')])
    announced.length = 0
    await save([result(monitor, 'a', 1, 'up'), result(monitor, 'a', 2, 'up')])
    expect(events()).toMatchObject([{ type: 'tick', tick: { scheduledAt: '2026-06-01T12:00:02.000Z' } }])
  })

  test('announces a status only when it changes', async () => {
    const monitor = await watchedBy(1)
    const { save, events } = openSave()
    for (const [second, verdict] of (['up', 'up', 'down', 'down', 'unknown', 'up', 'degraded'] as const).entries())
      await save([result(monitor, 'a', second, verdict)])
    const changes = events().flatMap((event) => (event.type === 'monitor.status' ? [event] : []))
    expect(changes.map(({ previous, status }) => `${previous} → ${status}`)).toEqual([
      'unknown → up',
      'up → down',
      'down → unknown',
      'unknown → up',
      'up → degraded',
    ])
  })

  test('is announced to each workspace by itself', async () => {
    const other = await addWorkspace(database.sql)
    const [own, foreign] = [await watchedBy(1), await addMonitor(database.sql, other, { regions })]
    const { save, announced } = openSave((key) => (key === own.monitorKey ? workspaceId : other))
    await save([result(foreign, 'a', 1, 'up'), result(own, 'a', 1, 'up'), result(foreign, 'b', 1, 'up')])
    const seen = Object.fromEntries(
      announced.map((batch) => [batch.workspaceId, [...new Set(batch.events.map(monitorOf))]]),
    )
    expect(seen).toEqual({ [workspaceId]: [own.id], [other]: [foreign.id] })
  })

  test('of a paused monitor is kept as ticks and moves no verdict', async () => {
    const monitor = await watchedBy(1)
    await pauseMonitor(database.sql, monitor, noonMs)
    const { save, events } = openSave()
    await save([result(monitor, 'a', 1, 'down')])
    expect(await ticksOf(monitor)).toHaveLength(1)
    expect(await stateOf(monitor)).toMatchObject({ status: 'unknown', sinceMs: null })
    expect(events().map((event) => event.type)).toEqual(['tick'])
  })

  test('that nobody watches is announced only where a verdict moves', async () => {
    const monitor = await watchedBy(1)
    const { save, events } = openSave(() => undefined)
    for (const [second, verdict] of (['up', 'up', 'down'] as const).entries())
      await save([result(monitor, 'a', second, verdict)])
    expect(events().map((event) => event.type)).toEqual(['monitor.status', 'monitor.status', 'incident.changed'])
  })

  test('of a deleted monitor moves nothing, and the others of the batch are kept', async () => {
    const [gone, monitor] = [await watchedBy(1), await watchedBy(1)]
    await deleteMonitor(database.sql, gone)
    const { save, events } = openSave((key) => (key === monitor.monitorKey ? workspaceId : undefined))
    await save([result(gone, 'a', 1, 'up'), result(monitor, 'a', 1, 'up')])
    expect(await stateOf(monitor)).toMatchObject({ status: 'up' })
    expect(new Set(events().map(monitorOf))).toEqual(new Set([monitor.id]))
  })

  test('that cannot be stored whole leaves nothing behind, and can be stored once it was mended', async () => {
    const monitor = await watchedBy(1)
    const { save, announced } = openSave()
    // A passing tick keeps no message, but what its region says does: the second statement is the one that fails.
    const poisoned: CheckResult = { ...result(monitor, 'a', 2, 'up'), outcome: makeOutcome('up', { message: 'a\0b' }) }
    await expect(save([result(monitor, 'a', 1, 'down'), poisoned])).rejects.toThrow()
    expect(await ticksOf(monitor)).toEqual([])
    expect(await viewsOf(monitor)).toEqual([])
    expect(await stateOf(monitor)).toMatchObject({ status: 'unknown' })
    expect(announced).toEqual([])
    await save([result(monitor, 'a', 1, 'down'), result(monitor, 'a', 2, 'up')])
    expect(await ticksOf(monitor)).toHaveLength(2)
  })

  test('that is empty is nothing to do', async () => {
    const { save, announced } = openSave()
    await save([])
    expect(announced).toEqual([])
  })
})

describe('two dbpushers at work on the same monitors', () => {
  const seconds = Array.from({ length: 20 }, (_, second) => second)

  test('store every slot once and reach the right verdict, whatever both get and in whatever order', async () => {
    // Batches as large as a stream gives them: small ones are over before two of them can get in each other's way.
    const monitors = await Promise.all(Array.from({ length: 300 }, () => watchedBy(2)))
    const [one, two] = [openSave(), openSave()]
    // Up at first, down from the fourth second on; every result comes to both, as after a redelivery.
    for (const second of [0, 1, 2, 3, 4, 5]) {
      const batch = monitors.flatMap((monitor) =>
        ['a', 'b'].map((region) => result(monitor, region, second, second < 4 ? 'up' : 'down')),
      )
      await Promise.all([one.save(batch), two.save(batch.toReversed()), one.save(batch.toReversed()), two.save(batch)])
    }
    for (const { monitorKey } of monitors.slice(0, 20)) expect(await countTicks(monitorKey)).toBe(12)
    const states = await lockMonitors(
      database.sql,
      monitors.map((monitor) => monitor.monitorKey),
    )
    for (const { status, sinceMs } of states) expect([status, sinceMs]).toEqual(['down', noonMs + 4_000])
    const announced = [...one.events(), ...two.events()]
    expect(announced.filter((event) => event.type === 'tick')).toHaveLength(300 * 12)
    expect(announced.filter((event) => event.type === 'monitor.status')).toHaveLength(300 * 2)
  }, 30_000)

  test('each with a region of its own reach one verdict', async () => {
    const monitors = await Promise.all(Array.from({ length: 20 }, () => watchedBy(2)))
    const [one, two] = [openSave(), openSave()]
    const ofRegion = (region: string) =>
      seconds.map((second) => monitors.map((monitor) => result(monitor, region, second, 'down')))
    const work = async (save: (batch: CheckResult[]) => Promise<void>, batches: CheckResult[][]) => {
      for (const batch of batches) await save(batch)
    }
    await Promise.all([
      work(one.save, ofRegion('a')),
      work(
        two.save,
        ofRegion('b').map((batch) => batch.toReversed()),
      ),
    ])
    for (const monitor of monitors)
      expect(await stateOf(monitor)).toMatchObject({ status: 'down', sinceMs: noonMs, failing: 2 })
  }, 30_000)

  test('are not held up by people who delete monitors meanwhile, nor hold them up', async () => {
    const monitors = await Promise.all(Array.from({ length: 300 }, () => watchedBy(1)))
    const { save } = openSave()
    let gone = 0
    const deleting = (async () => {
      for (const monitor of monitors.toReversed()) gone += Number(await deleteMonitor(database.sql, monitor))
    })()
    for (let second = 0; gone < monitors.length; second += 1)
      await save(monitors.map((monitor) => result(monitor, 'a', second, 'up')))
    await deleting
  }, 30_000)

  test('that hold consecutive checks of the same monitors end with what the newest check said, whoever stores first', async () => {
    const monitors = await Promise.all(Array.from({ length: 40 }, () => watchedBy(1)))
    const flips = (monitor: number, second: number): OutcomeVerdict =>
      (monitor * 7 + second * 3) % 5 < 2 ? 'down' : 'up'
    for (let second = 0; second < 60; second += 4) {
      const batches = [0, 1, 2, 3].map((offset) =>
        monitors.map((monitor, place) => result(monitor, 'a', second + offset, flips(place, second + offset))),
      )
      await Promise.all(batches.map((batch) => openSave().save(batch)))
      const views = await Promise.all(monitors.map(viewsOf))
      expect(views.map(([view]) => view?.verdict)).toEqual(monitors.map((_, place) => flips(place, second + 3)))
    }
  }, 60_000)

  test('that meet new regions at the same time give each one key', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `fresh-${index}`)
    const monitor = await addMonitor(database.sql, workspaceId, { regions: names.map(parseRegion) })
    const batch = names.map((name) => result(monitor, name, 1, 'up'))
    await Promise.all([batch, batch.toReversed(), batch, batch.toReversed()].map((each) => openSave().save(each)))
    expect(await ticksOf(monitor)).toHaveLength(8)
  })
})

describe('a dbpusher', () => {
  test('stores what comes through the stream, tells it on the live bus, and acknowledges it', async () => {
    const backend = createMemoryBackend((alarm) => {
      throw new Error(alarm)
    })
    const monitor = await watchedBy(1)
    const ending = new AbortController()
    const heard: LiveBatch[] = []
    await backend.live.subscribe((batch) => heard.push(batch), ending.signal)
    const services = dbpusherServices({
      sql: database.sql,
      backend,
      clock: createManualClock(noonMs),
      log: createLog('dbpusher', 'silent'),
      operator: createOperator(),
      name: 'one',
    })
    const running = Object.values(services).map(run)
    await backend.results.publish([result(monitor, 'a', 1, 'up'), result(monitor, 'a', 1, 'up')])
    const told = () => heard.flatMap((batch) => batch.events).map((event) => event.type)
    await eventually('it is told', () => told().includes('monitor.status'))
    await eventually('it is acknowledged', async () => (await backend.results.depth('dbpushers')).length === 0)
    expect(await ticksOf(monitor)).toHaveLength(1)
    await backend.watching.publish({ workspaceIds: [workspaceId] })
    let second = 1
    await eventually('its ticks are told as soon as somebody watches', async () => {
      second += 1
      await backend.results.publish([result(monitor, 'a', second, 'up')])
      return told().includes('tick')
    })
    await Promise.all(running.map(({ stop }) => stop()))
    ending.abort()
  })
})
