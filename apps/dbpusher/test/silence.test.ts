import { describe, expect, test } from 'bun:test'
import type { CheckSpec } from '@repo/contracts/check-spec'
import { setParents } from '@repo/db/queries/dependencies'
import type { Check } from '@repo/domain/check'
import { gridOf, nextSlotMs } from '@repo/domain/grid'
import { makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { createRechecks } from '../src/rechecks.ts'
import { createSaveResults } from '../src/save-results.ts'

import {
  bodyOf,
  changed,
  clock,
  database,
  events,
  history,
  incidents,
  log,
  opening,
  parentOf,
  passTo,
  plan,
  quietly,
  SECOND_MS,
  say,
  start,
  told,
  useKeeping,
  watch,
  workspaceId,
} from './keeping.ts'

useKeeping()

describe('the incident of a monitor under maintenance', () => {
  test('is kept, and nobody is told of it while that lasts, nor at its end where it is over by then', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(60, 300)
    await start()
    await passTo(60)
    await say(monitor, 70, 'down')
    expect(await incidents(monitor)).toEqual(['down 70 maintenance'])
    expect(await opening(monitor)).toMatchObject({ silence: { because: 'maintenance', parentId: null } })
    await say(monitor, 200, 'up')
    await passTo(400)
    expect(await incidents(monitor)).toEqual(['down 70-200 maintenance'])
    expect(await events(monitor)).toEqual([])
  })

  test('is told once when it lasts longer than the maintenance, and then its end is too', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(60, 120)
    await start()
    await passTo(60)
    await say(monitor, 70, 'down')
    await passTo(119)
    expect(await events(monitor)).toEqual([])
    await passTo(200)
    expect(await events(monitor)).toEqual(['opened'])
    expect(await bodyOf(monitor)).toMatchObject({
      ...{ severity: 'down', beganAtMs: noonMs + 70_000, heldBecause: 'maintenance' },
      cause: { code: 'TCP_REFUSED', message: 'it is down', region: 'a' },
    })
    expect(told.filter(({ type }) => type === 'incident.changed')).toHaveLength(2)
    await say(monitor, 210, 'up')
    expect(await events(monitor)).toEqual(['opened', 'resolved'])
    expect(await incidents(monitor)).toEqual(['down 70-210'])
  })

  test('is not told at its end where nothing is known by then, but once it is known to last', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'up')
    await plan(60, 120)
    await start()
    await passTo(60)
    await say(monitor, 70, 'down')
    await say(monitor, 80, 'unknown')
    await passTo(140)
    expect(await history(monitor)).toBe('up 0, maintenance 60, unknown 120')
    expect(await events(monitor)).toEqual([])
    await say(monitor, 150, 'down')
    await passTo(160)
    expect(await events(monitor)).toEqual(['opened'])
    expect(await incidents(monitor)).toEqual(['down 70'])
  })

  test('that people were told of before is told to be over at once', async () => {
    const monitor = await watch()
    await say(monitor, 0, 'down')
    await plan(60, 120)
    await start()
    await passTo(60)
    await say(monitor, 70, 'up')
    expect(await events(monitor)).toEqual(['opened', 'resolved'])
    await passTo(200)
    expect(await events(monitor)).toEqual(['opened', 'resolved'])
  })
})

describe('the incident of a monitor that hangs on another', () => {
  async function family() {
    const [child, parent] = [await watch(), await watch()]
    await setParents(database.sql, { workspaceId, id: child.id }, [parent.id])
    for (const monitor of [child, parent]) await say(monitor, 0, 'up')
    await start()
    return { child, parent }
  }

  test('is linked to that one’s, and nobody is told of it', async () => {
    const { child, parent } = await family()
    await say(parent, 10, 'down')
    await say(child, 20, 'down')
    expect(await incidents(child)).toEqual(['down 20 parent'])
    expect(await parentOf(child)).toBe(parent.id)
    expect([await events(parent), await events(child)]).toEqual([['opened'], []])
    await say(child, 30, 'up')
    await say(parent, 40, 'up')
    await passTo(200)
    expect([await events(parent), await events(child)]).toEqual([['opened', 'resolved'], []])
  })

  test('is told where it is still there a minute after the other has passed, and not before', async () => {
    const { child, parent } = await family()
    await say(parent, 10, 'down')
    await say(child, 20, 'down')
    await passTo(30)
    await say(parent, 30, 'up')
    await passTo(85)
    expect(await events(child)).toEqual([])
    await passTo(100)
    expect(await events(child)).toEqual(['opened'])
    expect(await incidents(child)).toEqual(['down 20'])
  })

  test('is silent over any way, as long as one that it hangs on is', async () => {
    const { child, parent } = await family()
    const grandchild = await watch()
    await setParents(database.sql, { workspaceId, id: grandchild.id }, [child.id])
    for (const [monitor, second] of [
      [grandchild, 0],
      [parent, 10],
      [child, 20],
      [grandchild, 30],
    ] as const)
      await say(monitor, second, second === 0 ? 'up' : 'down')
    expect(await incidents(grandchild)).toEqual(['down 30 parent'])
    expect(await parentOf(grandchild)).toBe(child.id)
    await passTo(200)
    expect([await events(child), await events(grandchild)]).toEqual([[], []])
  })

  test('is linked and silent also where both were found down in one batch', async () => {
    const { child, parent } = await family()
    const looks = [child, parent].flatMap(({ id, monitorKey }) =>
      [10, 10.4].map((at) => makeResult({ id, monitorKey }, makeTick('a', noonMs + at * SECOND_MS, 'down'))),
    )
    await createSaveResults({ ...quietly, sql: database.sql, clock, announce: async () => {} })(looks)
    expect(await parentOf(child)).toBe(parent.id)
    expect([await events(parent), await events(child)]).toEqual([['opened'], []])
  })

  test('that was opened first is silent all the same where the other is found down within ten seconds', async () => {
    const { child, parent } = await family()
    await say(child, 10, 'down')
    await passTo(9)
    await say(parent, 15, 'down')
    expect(await parentOf(child)).toBe(parent.id)
    expect(await incidents(child)).toEqual(['down 10 parent'])
    expect(await events(child)).toEqual([])
  })

  test('is held for ten seconds where the other is well, and its end is not told before its beginning', async () => {
    const { child } = await family()
    await passTo(10)
    await say(child, 9, 'down')
    await passTo(12)
    await say(child, 12, 'up')
    expect(await events(child)).toEqual(['opened 20', 'resolved 20'])
  })

  test('has that one looked at, twice in a row from each of its regions, as soon as a check fails', async () => {
    const { child, parent } = await family()
    const asked: string[] = []
    const urgentOf = () => ({
      publish: async (checks: readonly Check<CheckSpec>[]) =>
        void asked.push(...checks.map((check) => `${check.monitorId} ${check.scheduledAtMs - noonMs}`)),
    })
    const slotMs = nextSlotMs(gridOf(child.id, child.intervalMs), noonMs + 1_000)
    await passTo((slotMs - noonMs) / SECOND_MS)
    const rechecks = createRechecks({ sql: database.sql, urgentOf, clock, log })
    const save = createSaveResults({ ...quietly, sql: database.sql, clock, rechecks, announce: async () => {} })
    await save([makeResult(child, makeTick('a', slotMs, 'down'))])
    const first = slotMs - noonMs
    expect(asked).toEqual([`${child.id} ${first}`, `${parent.id} ${first}`, `${parent.id} ${first + 1_000}`])
  })

  test('that people were told of before is linked when the other is found down', async () => {
    const { child, parent } = await family()
    await say(child, 10, 'down')
    await passTo(10)
    await say(parent, 20, 'down')
    expect(await parentOf(child)).toBe(parent.id)
    expect(await incidents(child)).toEqual(['down 10'])
    expect(await events(child)).toEqual(['opened 10'])
  })

  test('is told where it hangs on nothing any more', async () => {
    const { child, parent } = await family()
    await say(parent, 10, 'down')
    await say(child, 20, 'down')
    await setParents(database.sql, { workspaceId, id: child.id }, [])
    await passTo(30)
    expect(await events(child)).toEqual(['opened'])
  })

  test('is silent for the maintenance of its own too, and told when neither is left', async () => {
    const { child, parent } = await family()
    await plan(30, 120, { appliesTo: { kind: 'monitors', monitorIds: [child.id] } })
    await changed()
    await passTo(30)
    await say(parent, 40, 'down')
    await say(child, 50, 'down')
    expect(await incidents(child)).toEqual(['down 50 maintenance'])
    await passTo(200)
    expect(await events(child)).toEqual([])
    await say(parent, 200, 'up')
    await passTo(300)
    expect(await events(child)).toEqual(['opened'])
  })
})
