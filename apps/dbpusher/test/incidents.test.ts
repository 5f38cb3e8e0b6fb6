import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { lockIncidents, resolveIncident } from '@repo/db/queries/incident-deeds'
import { endIncidents } from '@repo/db/queries/incident-moves'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { lockMonitors } from '@repo/db/queries/verdicts'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addMonitor, addWorkspace } from '@repo/db/testing/populate'
import type { CheckResult } from '@repo/domain/check'
import { parseIncidentId, type WorkspaceId } from '@repo/domain/ids'
import type { Outcome, OutcomeVerdict } from '@repo/domain/outcome'
import type { VerdictPolicy } from '@repo/domain/policy'
import { parseRegion } from '@repo/domain/region'
import { makeOutcome, makeResult, makeTick, noonMs } from '@repo/domain/testing'
import { eventually } from '@repo/streams/testing/eventually'
import { createSaveResults } from '../src/save-results.ts'

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())

const regions = ['a', 'b', 'c'].map(parseRegion)
const knownMs = noonMs + 3_600_000

function openSave() {
  return createSaveResults({
    ...{ sql: database.sql, workspaceOf: () => undefined, announce: async () => {} },
    ...{ clock: { nowMs: () => knownMs }, rechecks: { ask: async () => {} } },
  })
}

const watch = (policy: Partial<VerdictPolicy> = {}, owner = workspaceId) =>
  addMonitor(database.sql, owner, { regions, policy, intervalMs: 60_000 })

interface Seen {
  readonly region: string
  readonly second: number
  readonly verdict: OutcomeVerdict
  readonly outcome?: Partial<Outcome>
}

function result({ id, monitorKey }: StoredMonitor, { region, second, verdict, outcome = {} }: Seen): CheckResult {
  const tick = makeTick(region, noonMs + second * 1_000, verdict)
  return makeResult({ id, monitorKey }, { ...tick, outcome: makeOutcome(verdict, outcome) })
}

/** Looks as `a:down@2`, all in one batch. */
const batch = (monitor: StoredMonitor, looks: string, outcome: Partial<Outcome> = {}) =>
  looks.split(' ').map((look) => {
    const [region = '', verdict = '', second = ''] = look.split(/[:@]/)
    return result(monitor, { region, verdict: verdict as OutcomeVerdict, second: Number(second), outcome })
  })

async function incidentsOf({ monitorKey }: StoredMonitor) {
  const { rows } = await database.sql.execute<{ told: string; id: string }>(`
    select id, severity || ' ' || extract(epoch from began_at)::float8 - ${noonMs / 1_000}::float8
      || coalesce('-' || extract(epoch from ended_at)::float8 - ${noonMs / 1_000}::float8 || ' ' || resolution, '') as told
    from incident where monitor_key = ${monitorKey} order by began_at, opened_at`)
  return rows
}
const told = async (monitor: StoredMonitor) => (await incidentsOf(monitor)).map((one) => one.told)

async function eventsOf({ monitorKey }: StoredMonitor) {
  const { rows } = await database.sql.execute<{ event: string; held: boolean }>(`
    select event, not_before is not null as held from outbox where monitor_key = ${monitorKey} order by id`)
  return rows.map(({ event, held }) => (held ? `${event} held` : event))
}

async function timelineOf(monitor: StoredMonitor) {
  const { rows } = await database.sql.execute<{ kind: string; at: number; body: Record<string, unknown> }>(`
    select e.kind, (extract(epoch from e.at) - ${noonMs / 1_000}::float8)::float8 as at, e.body
    from incident_entry e join incident i on i.id = e.incident_id
    where i.monitor_key = ${monitor.monitorKey} order by e.id`)
  return rows
}

async function somebodyWaits(): Promise<boolean> {
  const { rows } = await database.sql.execute(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length > 0
}

describe('an incident', () => {
  test('begins with the first failing check and ends with the first passing one', async () => {
    const monitor = await watch()
    const save = openSave()
    await save(batch(monitor, 'a:up@0 b:up@0 c:up@0'))
    await save(batch(monitor, 'a:down@60'))
    expect(await told(monitor)).toEqual([])
    await save(batch(monitor, 'b:down@62 c:down@63'))
    expect(await told(monitor)).toEqual(['down 60'])
    await save(batch(monitor, 'a:up@120 b:up@121 c:up@122'))
    expect(await told(monitor)).toEqual(['down 60'])
    await save(batch(monitor, 'a:up@124 b:up@125'))
    expect(await told(monitor)).toEqual(['down 60-121 recovered'])
    expect(await eventsOf(monitor)).toEqual(['opened', 'resolved'])
  })

  test('is one, and told once, however often its results come and however many write them', async () => {
    const monitors = await Promise.all(Array.from({ length: 20 }, () => watch()))
    const looks = 'a:up@0 b:up@0 a:down@60 b:down@61 c:down@62 a:up@120 b:up@121 c:up@122 a:up@130 b:up@131 c:up@132'
    const rounds = looks.split(' ').map((look) => monitors.flatMap((monitor) => batch(monitor, look)))
    const writers = [openSave(), openSave(), openSave()]
    for (const round of rounds) await Promise.all(writers.map((save) => save(round)))
    for (const round of rounds.toReversed()) await writers[0]?.(round)
    for (const monitor of monitors) {
      expect(await told(monitor)).toEqual(['down 60-121 recovered'])
      // Twenty at once are a storm, whose message one of them carries.
      expect((await eventsOf(monitor)).filter((event) => event === 'resolved')).toHaveLength(1)
    }
  }, 60_000)

  test('that began and ended within one batch is kept all the same', async () => {
    const monitor = await watch()
    await openSave()(batch(monitor, 'a:up@0 b:up@0 a:down@60 b:down@61 a:up@70 b:up@71 a:up@80 b:up@81'))
    expect(await told(monitor)).toEqual(['down 60-70 recovered'])
    expect(await eventsOf(monitor)).toEqual(['opened', 'resolved'])
  })

  test('that ends and begins anew within one batch is two, and so is one that had been open before', async () => {
    const monitor = await watch({ recoveries: 1 })
    const save = openSave()
    await save(batch(monitor, 'a:down@1 b:down@2 a:up@10 a:down@20 a:up@30'))
    expect(await told(monitor)).toEqual(['down 1-10 recovered', 'down 20-30 recovered'])
    await save(batch(monitor, 'a:down@40'))
    await save(batch(monitor, 'a:up@50 a:down@60'))
    expect(await told(monitor)).toEqual([
      'down 1-10 recovered',
      'down 20-30 recovered',
      'down 40-50 recovered',
      'down 60',
    ])
  })

  test('that a person has ended does not begin anew because nothing was known for a while', async () => {
    const monitor = await watch()
    const save = openSave()
    await save(batch(monitor, 'a:down@60 b:down@61 c:down@62'))
    const id = (await incidentsOf(monitor))[0]?.id ?? ''
    await endIncidents(database.sql, [
      { id, endedAtMs: noonMs + 90_000, closedAtMs: noonMs + 90_000, resolution: 'by_hand' },
    ])
    await save(batch(monitor, 'a:unknown@120 b:unknown@121 c:unknown@122'))
    await save(batch(monitor, 'a:down@180 b:down@181 c:down@182'))
    expect(await told(monitor)).toEqual(['down 60-90 by_hand'])
    await save(batch(monitor, 'a:up@240 b:up@241 a:up@250 b:up@251'))
    await save(batch(monitor, 'a:down@300 b:down@301'))
    expect(await told(monitor)).toEqual(['down 60-90 by_hand', 'down 300'])
  })

  test('goes on while nothing is known', async () => {
    const monitor = await watch()
    const save = openSave()
    await save(batch(monitor, 'a:down@60 b:down@61 c:down@62'))
    await save(batch(monitor, 'a:unknown@120 b:unknown@121 c:unknown@122'))
    expect(await told(monitor)).toEqual(['down 60'])
    await save(batch(monitor, 'a:up@180 b:up@181 a:up@240 b:up@241'))
    expect(await told(monitor)).toEqual(['down 60-180 recovered'])
    expect((await timelineOf(monitor)).map(({ kind }) => kind)).toContain('status')
  })

  test('that a person resolved is not opened anew before its monitor was up', async () => {
    const monitor = await watch()
    const save = openSave()
    await save(batch(monitor, 'a:down@60 b:down@61 c:down@62'))
    const actor = { id: crypto.randomUUID(), name: 'Ada' }
    await database.sql.transaction(async (tx) => {
      const ids = (await incidentsOf(monitor)).map(({ id }) => parseIncidentId(id))
      const [incident] = (await lockIncidents(tx, { workspaceId, ids })).values()
      if (incident) await resolveIncident(tx, incident, { actor, nowMs: noonMs + 70_000 })
    })
    await save(batch(monitor, 'a:down@120 b:down@121 c:down@122'))
    expect(await told(monitor)).toEqual(['down 60-70 by_hand'])
    await save(batch(monitor, 'a:up@180 b:up@181 a:up@190 b:up@191'))
    await save(batch(monitor, 'a:down@240 b:down@241 c:down@242'))
    expect(await told(monitor)).toEqual(['down 60-70 by_hand', 'down 240'])
    expect(await eventsOf(monitor)).toEqual(['opened', 'resolved', 'opened'])
  })

  test('is ended once where a person resolves it while its checks come to pass', async () => {
    const monitor = await watch()
    const save = openSave()
    await save(batch(monitor, 'a:down@60 b:down@61 c:down@62'))
    const ids = (await incidentsOf(monitor)).map(({ id }) => parseIncidentId(id))
    const actor = { id: crypto.randomUUID(), name: 'Ada' }
    let saving: Promise<unknown> = Promise.resolve()
    await database.sql.transaction(async (tx) => {
      const [incident] = (await lockIncidents(tx, { workspaceId, ids })).values()
      saving = save(batch(monitor, 'a:up@120 b:up@121 a:up@130 b:up@131'))
      await Promise.race([saving, eventually('the checks wait for the person', somebodyWaits)])
      if (incident) await resolveIncident(tx, incident, { actor, nowMs: noonMs + 150_000 })
    })
    await saving
    expect(await told(monitor)).toEqual(['down 60-150 by_hand'])
    expect(await eventsOf(monitor)).toEqual(['opened', 'resolved'])
    expect((await timelineOf(monitor)).filter(({ kind }) => kind === 'resolved')).toHaveLength(1)
  })

  test('of a monitor that is merely degraded is none, unless that was asked for', async () => {
    const [plain, strict] = [await watch(), await watch({ degradedIsIncident: true })]
    const save = openSave()
    const looks = 'a:degraded@60 b:degraded@61'
    await save([...batch(plain, looks), ...batch(strict, looks)])
    expect([await told(plain), await told(strict)]).toEqual([[], ['degraded 60']])
    await save(batch(strict, 'a:down@120 b:down@121'))
    expect(await told(strict)).toEqual(['down 60'])
    expect(await eventsOf(strict)).toEqual(['opened', 'changed'])
  })

  test('tells who saw it first and who bore it out, what it looked like, and how it passed', async () => {
    const monitor = await watch()
    const save = openSave()
    const evidence = {
      request: 'GET / HTTP/1.1',
      responseHead: 'HTTP/1.1 503',
      body: 'sorry',
      curl: 'curl -v https://example.com/',
    }
    await save(batch(monitor, 'a:up@0 b:up@0 c:up@0', { address: '192.0.2.9', status: 200 }))
    await save(batch(monitor, 'a:unknown@30'))
    await save(
      batch(monitor, 'a:down@60', { status: 503, evidence: { ...evidence, addresses: ['192.0.2.1'], chain: [] } }),
    )
    await save(batch(monitor, 'b:down@62'))
    await save(batch(monitor, 'c:down@63'))
    await save(batch(monitor, 'a:up@120 b:up@121 a:up@124 b:up@125'))
    const timeline = await timelineOf(monitor)
    expect(timeline.map(({ kind, at }) => `${kind}@${at}`)).toEqual([
      'first_failure@60',
      'region_failing@62',
      'evidence@60',
      'opened@3600',
      'region_failing@63',
      'region_passing@120',
      'region_passing@121',
      'resolved@121',
    ])
    expect(timeline[2]?.body).toMatchObject({
      region: 'a',
      outcome: { status: 503 },
      evidence: { body: 'sorry' },
      lastGood: { scheduledAtMs: noonMs, status: 200, address: '192.0.2.9' },
    })
  })

  test('of a monitor whose region fails alone is none', async () => {
    const monitor = await watch()
    const save = openSave()
    for (const second of [60, 120, 180, 240])
      await save(batch(monitor, `a:down@${second} b:up@${second} c:up@${second}`))
    expect(await told(monitor)).toEqual([])
  })
})

describe('the history of a monitor', () => {
  test('has no gaps and no overlaps, whatever came in whatever batches', async () => {
    const monitor = await watch()
    const save = openSave()
    const words: OutcomeVerdict[] = ['up', 'down', 'down', 'unknown', 'degraded', 'up']
    for (let second = 1; second < 300; second += 7) {
      const looks = regions.map(
        (region, place) => `${region}:${words[(second * (place + 3)) % words.length]}@${second}`,
      )
      await save(batch(monitor, looks.join(' ')))
    }
    const { rows } = await database.sql.execute<{ status: string; began: number; ended: number | null }>(`
      select status, extract(epoch from began_at)::float8 as began, extract(epoch from ended_at)::float8 as ended
      from state_interval where monitor_key = ${monitor.monitorKey} order by began_at`)
    expect(rows.length).toBeGreaterThan(3)
    expect(rows[0]?.began).toBe(noonMs / 1_000)
    for (const [place, row] of rows.entries()) expect(row.ended).toBe(rows[place + 1]?.began ?? null)
    expect(rows.at(-1)?.status).toBe((await lockMonitors(database.sql, [monitor.monitorKey]))[0]?.status ?? '')
  })
})

describe('incidents that open together', () => {
  const fail = (monitors: readonly StoredMonitor[], outcome: (place: number) => Partial<Outcome>) =>
    openSave()(
      monitors.flatMap((monitor, place) => {
        const evidence = { request: null, responseHead: null, body: null, addresses: [], chain: [], curl: null }
        return batch(monitor, 'a:down@60 b:down@61 c:down@62', { ...outcome(place), evidence })
      }),
    )
  const stormsOf = async (owner: WorkspaceId) =>
    (
      await database.sql.execute<{ told: string }>(`
      select s.trait || ' ' || count(i.id) as told from storm s left join incident i on i.storm_id = s.id
      where s.workspace_id = '${owner}' group by s.id order by 1`)
    ).rows.map((row) => row.told)

  test('and share an address are one storm with one message', async () => {
    const owner = await addWorkspace(database.sql)
    const monitors = await Promise.all(Array.from({ length: 4 }, () => watch({}, owner)))
    await fail(monitors.slice(0, 3), () => ({ address: '192.0.2.5' }))
    expect(await stormsOf(owner)).toEqual(['address:192.0.2.5 3'])
    expect((await Promise.all(monitors.map(eventsOf))).flat()).toEqual(['storm'])
    await fail(monitors.slice(3), () => ({ address: '192.0.2.5' }))
    expect(await stormsOf(owner)).toEqual(['address:192.0.2.5 4'])
    expect((await Promise.all(monitors.map(eventsOf))).flat()).toEqual(['storm'])
  })

  test('and share nothing are told one by one', async () => {
    const owner = await addWorkspace(database.sql)
    const monitors = await Promise.all(Array.from({ length: 3 }, () => watch({}, owner)))
    await fail(monitors, (place) => ({ address: `192.0.2.${place}` }))
    expect(await stormsOf(owner)).toEqual([])
    expect((await Promise.all(monitors.map(eventsOf))).flat()).toEqual(['opened', 'opened', 'opened'])
  })

  test('of two workspaces are of no storm together', async () => {
    const owners = [await addWorkspace(database.sql), await addWorkspace(database.sql)]
    const monitors = await Promise.all(owners.flatMap((owner) => [watch({}, owner), watch({}, owner)]))
    await fail(monitors, () => ({ address: '192.0.2.6' }))
    expect(await Promise.all(owners.map(stormsOf))).toEqual([[], []])
  })

  test('are held back for a minute where most of what their only region looks at fell at once', async () => {
    await using own = await openTestDatabase()
    const owner = await addWorkspace(own.sql)
    const alone = [parseRegion('alone')]
    const monitors = await Promise.all(
      Array.from({ length: 24 }, () => addMonitor(own.sql, owner, { regions: alone, policy: { failures: 1 } })),
    )
    const save = createSaveResults({
      ...{ sql: own.sql, workspaceOf: () => undefined, announce: async () => {} },
      ...{ clock: { nowMs: () => noonMs + 61_000 }, rechecks: { ask: async () => {} } },
    })
    const seen = (places: readonly StoredMonitor[], verdict: OutcomeVerdict, second: number) =>
      places.map((monitor, place) =>
        result(monitor, {
          region: 'alone',
          verdict,
          second,
          outcome: { code: place % 2 ? 'TCP_REFUSED' : 'TCP_TIMEOUT' },
        }),
      )
    const heldOf = async () =>
      (
        await own.sql.execute<{ held: number | null }>(`
        select (extract(epoch from not_before) * 1000)::float8 as held from outbox order by id`)
      ).rows.map(({ held }) => held)
    await save(seen(monitors, 'up', 1))
    await save(seen(monitors.slice(0, 2), 'down', 60))
    expect(await heldOf()).toEqual([null, null])
    await save(seen(monitors.slice(2), 'down', 60))
    // By themselves or as a storm: what came now is told in a minute, and not before.
    const held = await heldOf()
    expect(held.filter((ms) => ms === null).length).toBeLessThanOrEqual(2)
    expect(held.filter((ms) => ms === noonMs + 121_000).length).toBeGreaterThan(0)
  })
})
