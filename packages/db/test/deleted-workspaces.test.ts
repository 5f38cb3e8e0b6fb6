import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { parseMonitorId, parseStatusPageId, type WorkspaceId } from '@repo/domain/ids'
import { makeUserId, noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import { inWorkspace, WorkspaceDeleted } from '../src/in-workspace.ts'
import { readAlerting } from '../src/queries/alerting.ts'
import { findKeyByHash } from '../src/queries/api-keys.ts'
import {
  deleteWorkspace,
  listDeletedWorkspaces,
  listOverdueWorkspaces,
  removeOverdue,
  restoreWorkspace,
} from '../src/queries/deleted-workspaces.ts'
import { claimDeliveries } from '../src/queries/deliveries.ts'
import { claimDigests, insertDigests } from '../src/queries/digests.ts'
import { lockHeartbeats } from '../src/queries/heartbeats.ts'
import { listInstanceWorkspaces } from '../src/queries/instance.ts'
import { acceptInvitation, findInvitation } from '../src/queries/invitations.ts'
import { pauseMonitor, resumeMonitor } from '../src/queries/monitors.ts'
import { listDueDomains } from '../src/queries/page-domains.ts'
import { listPublishedMarks, readPublishedPages } from '../src/queries/public-pages.ts'
import { loadSchedulePage } from '../src/queries/schedule.ts'
import { findSession } from '../src/queries/sessions.ts'
import { createStatusPage, publishStatusPage } from '../src/queries/status-pages.ts'
import { listWorkspacesOf } from '../src/queries/workspaces.ts'
import { addChannel, addDelivery } from '../testing/alerting.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addFurnished, tablesOfWorkspaces } from '../testing/furnished.ts'
import { addIncident } from '../testing/incidents.ts'
import { addInvitation, addKey, addMember, addPerson, addSession, hashOf, hourMs } from '../testing/people.ts'
import { addHeartbeat, addMonitor, addUser, makeMonitor, reread } from '../testing/populate.ts'
import { addPublishedPage, addStatusPage } from '../testing/status-pages.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const laterMs = noonMs + 60_000
const remove = (workspaceId: WorkspaceId) => deleteWorkspace(database.sql, workspaceId, noonMs + 30_000)
const restore = async (workspaceId: WorkspaceId, ownerId = makeUserId()) =>
  restoreWorkspace(database.sql, { workspaceId, ownerId, nowMs: laterMs })

/** As if it had been deleted so much earlier: the database's clock is what counts. */
const letDaysPass = (workspaceId: WorkspaceId, days: string) =>
  database.sql.execute(text`
    update workspace set deleted_at = deleted_at - ${days}::interval where id = ${workspaceId}`)

type Rows = Record<string, unknown>[]

/** All rows of a workspace, by the names of their tables. */
async function allOf(workspaceId: WorkspaceId): Promise<Map<string, Rows>> {
  const found = new Map<string, Rows>()
  for (const { name, ownerOf } of await tablesOfWorkspaces(database.sql)) {
    if (name === 'users') continue
    const { rows } = await database.sql.execute<{ row: Record<string, unknown> }>(text`
      select to_jsonb(t) as row from ${text.raw(name)} t where ${text.raw(ownerOf)} = ${workspaceId} order by to_jsonb(t)::text`)
    found.set(
      name,
      rows.map(({ row }) => row),
    )
  }
  return found
}

/** What a pause and its end change, or a moment does. */
const moved: Readonly<Record<string, readonly string[]>> = {
  monitor: ['schedule_from', 'updated_at', 'version'],
  monitor_state: ['status', 'since', 'cause_code', 'cause_message', 'cause_region', 'failing', 'reporting', 'rank'],
  status_page: ['version'],
  session: ['workspace_id'],
}
/** Tables in which it leaves rows, or takes them away: that there was a pause. */
const touched = [
  'state_interval',
  'incident',
  'incident_entry',
  'outbox',
  'monitor_region',
  'region_advisory',
  'delivery',
  'delivery_attempt',
  'alert_link_use',
  'session',
  'former_membership',
  'state_beneath',
  'heartbeat',
]

describe('a workspace that was brought back', () => {
  test('has all that it had, in every table that has rows of workspaces', async () => {
    const { sql } = database
    const workspaceId = await addFurnished(sql)
    await sql.execute(text`delete from former_membership where workspace_id = ${workspaceId}`)
    const { rows } = await sql.execute<{ user_id: string }>(text`
      select user_id from membership where workspace_id = ${workspaceId} and role = 'owner'`)
    const owner = rows[0]?.user_id as ReturnType<typeof makeUserId>
    await publishAll(workspaceId)
    const before = await allOf(workspaceId)
    await remove(workspaceId)
    expect((await restore(workspaceId, owner))?.userIds).toContain(owner)
    const after = await allOf(workspaceId)
    for (const [name, had] of before) {
      if (touched.includes(name)) continue
      const rest = (all: Rows | undefined) =>
        all?.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !moved[name]?.includes(column))))
      expect([name, rest(after.get(name))]).toEqual([name, rest(had)])
    }
    expect(before.get('saved_view')).toHaveLength(1)
  })

  test('goes on with the monitors that ran, with nothing known, and leaves those alone that were paused', async () => {
    const { sql } = database
    const { workspaceId, id: owner } = await addUser(sql)
    const running = await addMonitor(sql, workspaceId)
    const paused = await addMonitor(sql, workspaceId)
    await pauseMonitor(sql, paused, noonMs + 1)
    await remove(workspaceId)
    const back = await restore(workspaceId, owner)
    expect(back?.monitorIds.toSorted()).toEqual([running.id, paused.id].toSorted())
    expect(await reread(sql, running)).toMatchObject({ pausedAtMs: null, scheduleFromMs: laterMs })
    expect(await reread(sql, paused)).toMatchObject({ pausedAtMs: noonMs + 1 })
    const { rows } = await sql.execute(text`
      select status, began_at, ended_at is null as lasts from state_interval where monitor_key = ${running.monitorKey}
        and began_at > to_timestamp(${noonMs}::float8 / 1000) order by began_at`)
    expect(rows).toMatchObject([
      { status: 'paused', lasts: false },
      { status: 'unknown', lasts: true },
    ])
  })

  test('is brought back by an owner alone, and once', async () => {
    const { workspaceId, id: owner } = await addUser(database.sql)
    const admin = await addMember(database.sql, workspaceId, 'admin')
    await remove(workspaceId)
    expect(await listDeletedWorkspaces(database.sql, admin)).toEqual([])
    expect(await restore(workspaceId, admin)).toBeUndefined()
    expect(await restore(workspaceId, await addPerson(database.sql))).toBeUndefined()
    expect((await restore(workspaceId, owner))?.userIds.toSorted()).toEqual([owner, admin].toSorted())
    expect(await restore(workspaceId, owner)).toBeUndefined()
    expect(await listDeletedWorkspaces(database.sql, owner)).toEqual([])
  })

  test('can be brought back until its seven days are over, and not after', async () => {
    const { sql } = database
    const { workspaceId, id: owner } = await addUser(sql)
    await remove(workspaceId)
    const [listed] = await listDeletedWorkspaces(sql, owner)
    expect(listed).toMatchObject({ id: workspaceId, monitors: 0 })
    expect((listed?.untilMs ?? 0) - (listed?.deletedAtMs ?? 0)).toBe(7 * 24 * hourMs)
    await letDaysPass(workspaceId, '6 days 23 hours 59 minutes')
    expect(await listDeletedWorkspaces(sql, owner)).toHaveLength(1)
    expect(await listOverdueWorkspaces(sql)).not.toContain(workspaceId)
    await letDaysPass(workspaceId, '1 minute')
    expect(await listDeletedWorkspaces(sql, owner)).toEqual([])
    expect(await restore(workspaceId, owner)).toBeUndefined()
    expect(await listOverdueWorkspaces(sql)).toContain(workspaceId)
  })
})

const publishAll = (workspaceId: WorkspaceId) =>
  database.sql.execute(text`
    update status_page set published = draft, published_slug = slug, published_at = now(), published_by = 'ada' where workspace_id = ${workspaceId}`)

/** Why nobody acts on what a deleted workspace has in each table: whoever makes a new one says it here, and makes it true. */
const quiet: Readonly<Record<string, readonly string[]>> = {
  'says itself whether the workspace is deleted': ['workspace'],
  'has no row of it': ['membership', 'saved_view', 'session'],
  'opens nothing without a membership of its maker': ['api_key', 'invitation', 'idempotency'],
  'is of monitors, none of which runs': [
    'monitor',
    'monitor_state',
    'monitor_figures',
    'monitor_dependency',
    'monitor_group',
    'monitor_group_member',
    'group_outage',
    'maintenance_window',
    'maintenance_monitor',
    'maintenance_former',
    'incident',
    'incident_entry',
    'storm',
  ],
  'is found by no token': ['heartbeat'],
  'is read by nobody who plans, and what waited is gone': [
    'alert_policy',
    'alert_story',
    'channel',
    'on_call_schedule',
    'on_call_override',
    'delivery',
    'delivery_attempt',
    'alert_link_use',
  ],
  'has no reader without a membership': ['digest'],
  'is of pages, none of which is published': [
    'status_page',
    'status_page_address',
    'component_state',
    'page_announcement',
    'page_incident',
    'page_incident_cause',
    'page_incident_component',
    'page_incident_update',
    'page_maintenance_told',
    'page_message',
    'page_sign_in',
    'page_subscriber',
  ],
  'is there to be looked at': ['audit_entry', 'former_membership'],
}

describe('of a deleted workspace', () => {
  /** What whoever works for all workspaces finds of this one. */
  async function everythingFoundOf(made: Awaited<ReturnType<typeof addWatched>>): Promise<string[]> {
    const { sql } = database
    const { workspaceId, owner, pageId, token, invitation, key, session } = made
    const found: Record<string, () => Promise<unknown>> = {
      schedule: async () =>
        (await loadSchedulePage(sql, { afterKey: 0, limit: 1_000 })).some((one) => one.workspaceId === workspaceId),
      heartbeat: async () => (await lockHeartbeats(sql, [hashOf(token).toString('hex')])).length > 0,
      session: async () => (await findSession(sql, session, { nowMs: noonMs }))?.membership,
      'chosen session': async () => (await findSession(sql, session, { nowMs: noonMs, workspaceId }))?.membership,
      key: () => findKeyByHash(sql, hashOf(key), noonMs),
      list: async () => (await listWorkspacesOf(sql, owner)).length > 0,
      invitation: () => findInvitation(sql, hashOf(invitation), noonMs),
      page: async () => (await readPublishedPages(sql, [pageId])).length > 0,
      marks: async () => (await listPublishedMarks(sql)).has(pageId),
      domain: async () => (await listDueDomains(sql, everyDomain)).some(({ id }) => id === pageId),
      alerting: async () => (await readAlerting(sql, [workspaceId])).has(workspaceId),
      delivery: async () => (await claimDeliveries(sql, claim)).some((one) => one.workspaceId === workspaceId),
      digest: async () =>
        (await claimDigests(sql, claim)).some((one) => one.workspaceId === workspaceId && one.reader !== null),
      instance: async () =>
        (await listInstanceWorkspaces(sql, { limit: 1_000 })).items.some(({ id }) => id === workspaceId),
      tenant: () =>
        inWorkspace(sql, workspaceId, async () => true).catch((error) => !(error instanceof WorkspaceDeleted)),
    }
    const names: string[] = []
    for (const [name, look] of Object.entries(found)) if (await look()) names.push(name)
    return names
  }

  const everyDomain = { soundBeforeMs: laterMs, failingBeforeMs: laterMs, limit: 1_000 }
  const claim = { holder: 'test', nowMs: laterMs, leaseMs: 1, limit: 100, perChannel: 100, busy: [] }

  async function addWatched() {
    const { sql } = database
    const { workspaceId, id: owner } = await addUser(sql, { email: `${crypto.randomUUID()}@example.com` })
    const { id: token } = await addHeartbeat(sql, workspaceId)
    const monitor = await addMonitor(sql, workspaceId)
    const incidentId = await addIncident(sql, monitor)
    await addDelivery(sql, { workspaceId, incidentId, channelId: await addChannel(sql, { workspaceId }) })
    const page = await addPublishedPage(sql, { workspaceId })
    await sql.execute(text`
      update status_page set domain = ${`${page.slug}.example.com`}, domain_token = 't', domain_verified_at = 'epoch', domain_checked_at = 'epoch'
      where id = ${page.id}`)
    await insertDigests(sql, [{ workspaceId, week: 1, fromMs: 0, toMs: noonMs }], noonMs)
    const invitation = await addInvitation(sql, { workspaceId, invitedBy: owner })
    const key = await addKey(sql, { workspaceId, createdBy: owner })
    const session = await addSession(sql, owner, { workspaceId })
    return { workspaceId, owner, pageId: page.id, slug: page.slug, token, monitor, invitation, key, session }
  }

  test('nobody finds anything, and all of it is found again once it is back', async () => {
    const made = await addWatched()
    const before = await everythingFoundOf(made)
    expect(before).toHaveLength(15)
    await remove(made.workspaceId)
    expect(await everythingFoundOf(made)).toEqual([])
    await restore(made.workspaceId, made.owner)
    // What was to be told then is not told any more: a digest that nobody could read, and an outage that ended with the deletion.
    expect(await everythingFoundOf(made)).toEqual(before.filter((name) => name !== 'delivery' && name !== 'digest'))
  })

  test('nobody gets in, nothing runs and nothing is published, whoever tries', async () => {
    const { sql } = database
    const { workspaceId, owner, pageId, monitor, invitation } = await addWatched()
    const guest = await addPerson(sql)
    await remove(workspaceId)
    const refusal = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: Error & { code?: string; cause?: { code?: string } }) => error.code ?? error.cause?.code,
      )
    expect(
      await acceptInvitation(sql, guest, { tokenHash: hashOf(invitation), nowMs: noonMs, memberLimit: 9 }),
    ).toEqual({
      kind: 'absent',
    })
    const attempts = [
      () => addMonitor(sql, workspaceId),
      () => resumeMonitor(sql, monitor, laterMs),
      () => publishStatusPage(sql, { id: pageId, workspaceId }, { by: 'ada', nowMs: laterMs }),
      () => addStatusPage(sql, { workspaceId }),
      () =>
        sql.execute(
          text`insert into membership (workspace_id, user_id, role) values (${workspaceId}, ${owner}, 'owner')`,
        ),
    ]
    for (const attempt of attempts) expect(await refusal(attempt())).toBe('23503')
    expect(await remove(workspaceId)).toBeUndefined()
  })

  test('the names of pages stay its own', async () => {
    const { workspaceId, slug } = await addWatched()
    await remove(workspaceId)
    const { workspaceId: other } = await addUser(database.sql)
    const page = { id: parseStatusPageId(Bun.randomUUIDv7()), workspaceId: other, slug, content: {} }
    expect(await createStatusPage(database.sql, page, noonMs)).toBe('taken')
  })

  test('whoever adds a monitor while it is deleted is refused, or theirs is paused with the others', async () => {
    const { sql } = database
    for (let round = 0; round < 10; round += 1) {
      const { workspaceId } = await addUser(sql)
      await Promise.allSettled([...Array.from({ length: 4 }, () => addMonitor(sql, workspaceId)), remove(workspaceId)])
      const { rows } = await sql.execute(text`
        select from monitor where workspace_id = ${workspaceId} and paused_at is null`)
      expect(rows).toHaveLength(0)
    }
  })

  test('every table says why nobody acts on what is in it', async () => {
    const { rows } = await database.sql.execute<{ name: string }>(text`
      select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where table_schema = 'public' and column_name = 'workspace_id' and table_type = 'BASE TABLE'`)
    const names = ['workspace', ...rows.map(({ name }) => name)]
    expect(Object.values(quiet).flat().toSorted()).toEqual(names.toSorted())
  })

  test('no row says that somebody is in it, that something runs, is public or waits to be told', async () => {
    const { sql } = database
    const workspaceId = await addFurnished(sql)
    await publishAll(workspaceId)
    const counted = async () => {
      const { rows } = await sql.execute<Record<string, number>>(text`
        select (select count(*)::integer from membership where workspace_id = ${workspaceId}) as members,
          (select count(*)::integer from monitor where workspace_id = ${workspaceId} and paused_at is null) as running,
          (select count(*)::integer from incident where workspace_id = ${workspaceId} and ended_at is null) as open,
          (select count(*)::integer from status_page where workspace_id = ${workspaceId} and published is not null) as published,
          (select count(*)::integer from delivery where workspace_id = ${workspaceId} and state in ('waiting', 'sending')) as waiting`)
      return rows[0]
    }
    for (const [name, count] of Object.entries((await counted()) ?? {})) expect([name, count > 0]).toEqual([name, true])
    await remove(workspaceId)
    expect(await counted()).toEqual({ members: 0, running: 0, open: 0, published: 0, waiting: 0 })
  })

  test('every column of a membership is kept, and every table that hangs on one', async () => {
    const { rows: forgotten } = await database.sql.execute(text`
      select column_name from information_schema.columns where table_schema = 'public' and table_name = 'membership'
      except select column_name from information_schema.columns where table_schema = 'public' and table_name = 'former_membership'`)
    expect(forgotten).toEqual([])
    const { rows: hanging } = await database.sql.execute(text`
      select conrelid::regclass::text as name from pg_constraint where contype = 'f' and confrelid = 'membership'::regclass`)
    expect(hanging).toEqual([{ name: 'saved_view' }])
  })
})

describe('a workspace that nobody can bring back any more', () => {
  test('is removed a few rows at a time, with nothing left of it in any table', async () => {
    const { sql } = database
    const workspaceId = await addFurnished(sql)
    const more = Array.from({ length: 3 }, () => makeMonitor(workspaceId))
    for (const { id } of more) await addMonitor(sql, workspaceId, { id: parseMonitorId(id) })
    await remove(workspaceId)
    await letDaysPass(workspaceId, '7 days')
    expect(await listOverdueWorkspaces(sql)).toContain(workspaceId)
    const countAll = async () => [...(await allOf(workspaceId)).values()].reduce((sum, rows) => sum + rows.length, 0)
    let steps = 1
    while (await removeOverdue(sql, workspaceId, 1)) steps += 1
    expect(steps).toBeGreaterThan(20)
    expect(await countAll()).toBe(0)
  })

  test('is another thing than one that is there, or that can be brought back, which no step touches', async () => {
    const { sql } = database
    const workspaceId = await addFurnished(sql)
    const before = await allOf(workspaceId)
    expect(await removeOverdue(sql, workspaceId, 10)).toBe(false)
    expect(await allOf(workspaceId)).toEqual(before)
    await remove(workspaceId)
    const deleted = await allOf(workspaceId)
    expect(await removeOverdue(sql, workspaceId, 10)).toBe(false)
    expect(await allOf(workspaceId)).toEqual(deleted)
  })
})
