import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { CheckSpec } from '@repo/contracts/check-spec'
import { pauseMonitor } from '@repo/db/queries/monitors'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addMonitor, addWorkspace } from '@repo/db/testing/populate'
import type { Check } from '@repo/domain/check'
import type { WorkspaceId } from '@repo/domain/ids'
import { parseRegion, type Region } from '@repo/domain/region'
import { makeOutcome, makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { createRechecks } from '../src/rechecks.ts'
import { createSaveResults } from '../src/save-results.ts'

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())

const regions = ['a', 'b', 'c'].map(parseRegion)
/** Results are saved so long after noon; whatever is asked for is kept. */
function open(afterMs: number, fails = false) {
  const asked: Check<CheckSpec>[] = []
  const warnings: unknown[] = []
  const clock = { nowMs: () => noonMs + afterMs }
  const urgentOf = (_region: Region) => ({
    publish: async (checks: readonly Check<CheckSpec>[]) => {
      if (fails) throw new Error('Redis is away')
      asked.push(...checks)
    },
  })
  const log = { warn: (one: unknown) => void warnings.push(one) } as never
  const rechecks = createRechecks({ sql: database.sql, urgentOf, clock, log })
  const told = { workspaceOf: () => undefined, announce: async () => {} }
  return { asked, warnings, save: createSaveResults({ sql: database.sql, clock, rechecks, ...told }) }
}

const watch = (names = regions) => addMonitor(database.sql, workspaceId, { regions: names })

describe('a look that is asked for', () => {
  test('is an urgent check of the other regions, of this very moment, and over in ten seconds', async () => {
    const monitor = await watch()
    const { asked, save } = open(2_500)
    await save([makeResult(monitor, makeTick('a', noonMs + 1_000, 'down'))])
    expect(asked.map((check) => check.region).sort()).toEqual(regions.slice(1))
    expect(asked[0]).toMatchObject({
      ...{ monitorId: monitor.id, monitorKey: monitor.monitorKey, workspaceId },
      ...{ scheduledAtMs: noonMs + 2_500, expiresAtMs: noonMs + 12_500, spec: { url: 'https://example.com/' } },
    })
  })

  test('of the only region is past the address that failed', async () => {
    const monitor = await watch(regions.slice(0, 1))
    const { asked, save } = open(2_500)
    const failing = { ...makeTick('a', noonMs, 'down'), outcome: makeOutcome('down', { address: '192.0.2.7' }) }
    await save([makeResult(monitor, failing)])
    expect(asked).toMatchObject([{ region: 'a', avoid: '192.0.2.7' }])
  })

  test('is none where what was seen is old', async () => {
    const monitor = await watch()
    const { asked, save } = open(120_000)
    await save([makeResult(monitor, makeTick('a', noonMs + 1_000, 'down'))])
    expect(asked).toEqual([])
  })

  test('is none of a monitor that was paused meanwhile', async () => {
    const monitor = await watch()
    await pauseMonitor(database.sql, monitor, noonMs + 500)
    const { asked, save } = open(2_500)
    await save([makeResult(monitor, makeTick('a', noonMs + 1_000, 'down'))])
    expect(asked).toEqual([])
  })

  test('that cannot be asked for keeps nothing from being stored', async () => {
    const monitor = await watch()
    const { warnings, save } = open(2_500, true)
    await save([makeResult(monitor, makeTick('a', noonMs + 1_000, 'down'))])
    expect(warnings).toHaveLength(1)
  })

  test('is one of at most a thousand in a second', async () => {
    const monitors = await Promise.all(Array.from({ length: 510 }, () => watch()))
    const { asked, save } = open(2_500)
    await save(monitors.map((monitor) => makeResult(monitor, makeTick('a', noonMs + 1_000, 'down'))))
    expect(asked).toHaveLength(1_000)
  }, 30_000)
})
