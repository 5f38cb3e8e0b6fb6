import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { digestLimits } from '@repo/domain/digest'
import type { WorkspaceId } from '@repo/domain/ids'
import { noDurations } from '@repo/domain/uptime'
import { sql as text } from 'drizzle-orm'
import { inWorkspace } from '../src/in-workspace.ts'
import { insertDeliveries, saveStories } from '../src/queries/alert-stories.ts'
import { readWeek } from '../src/queries/digest-week.ts'
import type { StoredMonitor } from '../src/queries/monitors.ts'
import { saveKnownFacts } from '../src/queries/watched-facts.ts'
import { addChannel } from '../testing/alerting.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { setHistory } from '../testing/digests.ts'
import { addIncident, type Told } from '../testing/incidents.ts'
import { addMonitor, addWorkspace } from '../testing/populate.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const toMs = Date.UTC(2026, 5, 8, 8)
const week = { fromMs: toMs - 7 * DAY_MS, toMs }

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  workspaceId = await addWorkspace(database.sql)
})

const watch = (name = 'Shop', owner = workspaceId) => addMonitor(database.sql, owner, { name })
const read = () => readWeek(database.sql, workspaceId, week)

/** An incident of so many hours, from so many hours after the week began on. */
async function happen(monitor: StoredMonitor, [afterHours, hours]: [number, number | null], told: Told = {}) {
  const beganAtMs = week.fromMs + afterHours * HOUR_MS
  const end = hours === null ? {} : { endedAtMs: beganAtMs + hours * HOUR_MS }
  return addIncident(database.sql, monitor, { beganAtMs, ...end, ...told })
}

describe('the week of a workspace', () => {
  test('has how long each monitor was what, within it alone', async () => {
    const [shop, idle] = [await watch('Shop'), await watch('Idle')]
    await setHistory(database.sql, shop, [
      [week.fromMs - DAY_MS, 'down'],
      [week.fromMs + HOUR_MS, 'up'],
      [week.toMs - HOUR_MS, 'down'],
      [week.toMs + DAY_MS, 'up'],
    ])
    await setHistory(database.sql, idle, [])
    const { monitors } = await read()
    expect(monitors.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { id: idle.id, name: 'Idle', durations: noDurations() },
      { id: shop.id, name: 'Shop', durations: { ...noDurations(), down: 2 * HOUR_MS, up: 166 * HOUR_MS } },
    ])
  })

  test('has the incidents that lasted in it, and the three longest of them', async () => {
    const at = async (name: string, span: [number, number | null], told: Told = {}) =>
      happen(await watch(name), span, told)
    await at('Short', [5, 1])
    const intoIt = await at('Into it', [-10, 12])
    const lasting = await at('Lasting', [-30, null], { severity: 'degraded' })
    const beyondIt = await at('Beyond it', [160, 200])
    await at('Before', [-20, 19])
    await at('After', [169, 1])
    await at('Two hours', [20, 2])
    const { count, longest } = (await read()).incidents
    expect([count, longest.map(({ id }) => id)]).toEqual([5, [lasting, intoIt, beyondIt]])
    expect(longest.map(({ endedAtMs }) => endedAtMs)).toEqual([null, week.fromMs + 2 * HOUR_MS, null])
    expect(longest[0]).toMatchObject({ monitorName: 'Lasting', severity: 'degraded', cause: 'refused' })
  })

  test('has no incident that was planned, or is a part of another', async () => {
    const [planned, part] = [await happen(await watch(), [5, 1]), await happen(await watch(), [5, 1])]
    const whole = await happen(await watch(), [5, 1])
    await database.sql.execute(text`update incident set silent_because = 'maintenance' where id = ${planned}`)
    await database.sql.execute(text`update incident set merged_into = ${whole} where id = ${part}`)
    expect((await read()).incidents).toMatchObject({ count: 1, longest: [{ id: whole }] })
  })

  test('has the certificates and domains that end soon or ended in it, those that end first', async () => {
    const known = [{ value: 'aa', shown: 'A', stage: 0 }]
    const limitMs = toMs + digestLimits.endsWithinDays * DAY_MS
    const facts: [string, 'certificate' | 'domain', number][] = [
      ['Later', 'certificate', limitMs],
      ['Last', 'domain', limitMs - 1],
      ['Ended', 'certificate', week.fromMs],
      ['Long ago', 'certificate', week.fromMs - 1],
      ['Paused', 'certificate', toMs],
    ]
    for (const [name, kind, expiresAtMs] of facts) {
      const { monitorKey } = await watch(name)
      await saveKnownFacts(database.sql, [{ monitorKey, kind, known, expiresAtMs, changedAtMs: 0 }])
    }
    await database.sql.execute(text`update monitor set paused_at = now() where name = 'Paused'`)
    expect((await read()).ending).toMatchObject([
      { monitorName: 'Ended', kind: 'certificate', expiresAtMs: week.fromMs },
      { monitorName: 'Last', kind: 'domain', expiresAtMs: limitMs - 1 },
    ])
  })

  test('has how many messages were given up in it, by channel', async () => {
    const { monitorKey } = await watch()
    const [ops, chat] = [
      await addChannel(database.sql, { workspaceId, name: 'ops' }),
      await addChannel(database.sql, { workspaceId, name: 'chat' }),
    ]
    const giveUp = async (channelId: string, doneAtMs: number, state = 'dead') => {
      const storyId = crypto.randomUUID()
      const about = { incidentId: null, stormId: null, groupOutageId: null, monitorKey, body: {}, events: [] }
      await saveStories(database.sql, [{ ...about, id: storyId, workspaceId, plannedThroughMs: 0, nextAtMs: null }])
      const alert = {
        policyId: null,
        channelId,
        storyId,
        workspaceId,
        spell: 0,
        part: 'news',
        event: 'warning',
      } as const
      await insertDeliveries(database.sql, [{ ...alert, key: 'news:0', dueAtMs: doneAtMs - DAY_MS }] as never)
      await database.sql.execute(text`
        update delivery set state = ${state}, done_at = to_timestamp(${doneAtMs}::float8 / 1000) where story_id = ${storyId}`)
    }
    await giveUp(ops, week.fromMs)
    await giveUp(chat, week.toMs - 1)
    await giveUp(chat, week.toMs - HOUR_MS)
    await giveUp(chat, week.toMs)
    await giveUp(chat, week.fromMs - 1)
    await giveUp(chat, week.fromMs, 'accepted')
    expect((await read()).givenUp).toEqual([
      { channelName: 'chat', count: 2 },
      { channelName: 'ops', count: 1 },
    ])
  })

  test('has nothing of another workspace, and is the same to a tenant', async () => {
    const other = await addWorkspace(database.sql)
    await happen(await watch('Theirs', other), [5, 1])
    await setHistory(database.sql, await watch('Ours'), [[week.fromMs, 'up']])
    await happen(await watch('Down'), [5, 1])
    const seen = await read()
    expect([seen.monitors.length, seen.incidents.count]).toEqual([2, 1])
    const sorted = ({ monitors, ...rest }: typeof seen) => ({
      ...rest,
      monitors: monitors.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    })
    expect(sorted(await inWorkspace(database.sql, workspaceId, (tx) => readWeek(tx, workspaceId, week)))).toEqual(
      sorted(seen),
    )
  })
})
