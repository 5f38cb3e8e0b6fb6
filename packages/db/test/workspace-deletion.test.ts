import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { makeView, noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { writeAudit } from '../src/queries/audit.ts'
import { deleteWorkspace } from '../src/queries/deleted-workspaces.ts'
import { pauseMonitors } from '../src/queries/monitor-moves.ts'
import { createMonitors } from '../src/queries/monitors.ts'
import { enqueueEvents } from '../src/queries/outbox.ts'
import { getRegionKeys } from '../src/queries/regions.ts'
import { changeIntervals } from '../src/queries/state-intervals.ts'
import { enterVerdicts, lockMonitors, saveStates, saveViews } from '../src/queries/verdicts.ts'
import { retriedTransaction } from '../src/retried-transaction.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addWorkspace, makeMonitor } from '../testing/populate.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

interface Place {
  readonly workspaceId: WorkspaceId
  /** In their order. */
  readonly keys: number[]
  readonly ids: Parameters<typeof pauseMonitors>[1]['ids']
}

/** Its monitors lie in their indexes the other way round than their keys go. */
async function addPlace(count: number): Promise<Place> {
  const workspaceId = await addWorkspace(database.sql)
  const made = Array.from({ length: count }, (_, index) => makeMonitor(workspaceId, { target: `shop ${999 - index}` }))
  await createMonitors(database.sql, made, noonMs)
  const { rows } = await database.sql.execute<{ key: number }>(text`
    select monitor_key as key from monitor where workspace_id = ${workspaceId} order by 1`)
  return { workspaceId, keys: rows.map(({ key }) => key), ids: made.map(({ id }) => id) }
}

/** What a batch of results does to the monitors that it turns. */
async function turn(tx: Sql, keys: readonly number[], atMs: number): Promise<number> {
  const view = makeView('a', 'down', atMs)
  const regionKeys = await getRegionKeys(database.sql, [view.region])
  const locked = (await lockMonitors(tx, keys)).map(({ monitorKey }) => monitorKey)
  const verdict = { status: 'down', sinceMs: atMs, cause: view, failing: 1, reporting: 1 } as const
  await saveViews(
    tx,
    locked.map((monitorKey) => ({ monitorKey, view })),
    regionKeys,
  )
  await saveStates(
    tx,
    locked.map((monitorKey) => ({ monitorKey, verdict, sinceMs: atMs, recoveries: [] })),
  )
  await changeIntervals(
    tx,
    locked.map((monitorKey) => ({ monitorKey, status: 'down', beganAtMs: atMs })),
  )
  const news = { incidentId: null, event: 'opened', body: { severity: 'down', beganAtMs: atMs } } as const
  await enqueueEvents(
    tx,
    locked.map((monitorKey) => ({ monitorKey, ...news })),
  )
  return locked.length
}

async function untilOneWaits(): Promise<void> {
  const deadline = performance.now() + 10_000
  for (;;) {
    const { rowCount } = await database.sql.execute(text`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    if (rowCount) return
    if (performance.now() > deadline) throw new Error('nobody waits')
    await Bun.sleep(5)
  }
}

describe('a workspace that is deleted', () => {
  test('is named with everybody who was in it and all that was watched there', async () => {
    const { workspaceId, ids } = await addPlace(3)
    const gone = await deleteWorkspace(database.sql, workspaceId, noonMs + 5)
    expect(gone?.monitorIds.toSorted()).toEqual(ids.toSorted())
    expect(gone?.userIds).toHaveLength(1)
  })

  test('waits for the verdict that is being reached, and holds nothing that it still needs', async () => {
    const { workspaceId, keys } = await addPlace(2)
    const [first = 0, second = 0] = keys
    let deletion: Promise<unknown> | undefined
    await database.sql.transaction(async (tx) => {
      await enterVerdicts(tx)
      expect(await turn(tx, [first], noonMs + 1)).toBe(1)
      deletion = deleteWorkspace(database.sql, workspaceId, noonMs + 5)
      await untilOneWaits()
      expect(await turn(tx, [second], noonMs + 1)).toBe(1)
    })
    expect(await deletion).toBeDefined()
    const after = await database.sql.transaction((tx) => lockMonitors(tx, keys))
    expect(after.map(({ paused }) => paused)).toEqual([true, true])
  })

  test('waits for whoever changes its monitors, who can still write down what they did', async () => {
    const { workspaceId, ids } = await addPlace(2)
    let deletion: Promise<unknown> | undefined
    await database.sql.transaction(async (tx) => {
      await pauseMonitors(tx, { workspaceId, ids }, noonMs + 1)
      deletion = deleteWorkspace(database.sql, workspaceId, noonMs + 5)
      await untilOneWaits()
      const nobody = { actorId: null, address: null, userAgent: null, requestId: null, before: null, after: null }
      const deed = { action: 'monitor.bulk_paused', subjectType: 'monitor', subjectId: null } as const
      await writeAudit(tx, { ...nobody, ...deed, actorKind: 'system', actorName: 'test', workspaceId, nowMs: noonMs })
    })
    expect(await deletion).toBeDefined()
  })

  test('goes while verdicts of its monitors are reached all the time, and nobody is given up for it', async () => {
    for (let round = 0; round < 15; round += 1) {
      const { workspaceId, keys } = await addPlace(40)
      let isGone = false
      const writer = async (part: readonly number[]) => {
        for (let atMs = noonMs + 1; !isGone; atMs += 1)
          await database.sql.transaction(async (tx) => {
            await turn(tx, part.slice(0, part.length / 2), atMs)
            await turn(tx, part.slice(part.length / 2), atMs)
          })
      }
      const writers = [writer(keys.slice(0, 20)), writer(keys.slice(20))]
      const deletion = deleteWorkspace(database.sql, workspaceId, noonMs + 5).finally(() => {
        isGone = true
      })
      const outcomes = await Promise.allSettled([deletion, ...writers])
      expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'))
    }
  }, 60_000)
})

describe('a transaction that PostgreSQL gave up', () => {
  const givenUp = (code: string) => Object.assign(new Error('given up'), { code })

  test.each(['40P01', '40001'])('with %s is begun anew', async (code) => {
    let began = 0
    const answer = await retriedTransaction(database.sql, async () => {
      began += 1
      if (began < 3) throw givenUp(code)
      return 'done'
    })
    expect([answer, began]).toEqual(['done', 3])
  })

  test('five times is given up by us as well, and one that failed otherwise at once', async () => {
    const counted = async (code: string) => {
      let began = 0
      const work = async () => {
        began += 1
        throw givenUp(code)
      }
      const ended = await retriedTransaction(database.sql, work).catch((error: Error) => error.message)
      expect(ended).toBe('given up')
      return began
    }
    expect([await counted('40P01'), await counted('23505')]).toEqual([5, 1])
  })

  test('as a part of another one is not begun anew: all of that one is lost', async () => {
    let began = 0
    const whole = database.sql.transaction((tx) =>
      retriedTransaction(tx, async () => {
        began += 1
        throw givenUp('40P01')
      }),
    )
    expect(await whole.catch((error: Error) => error.message)).toBe('given up')
    expect(began).toBe(1)
  })
})
