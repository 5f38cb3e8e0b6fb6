import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { chooseDigest } from '@repo/db/queries/digests'
import { removeMember } from '@repo/db/queries/members'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { digestsOf, setClocks, setEmail, setHistory } from '@repo/db/testing/digests'
import { addIncident } from '@repo/db/testing/incidents'
import { addMember, join as joinWorkspace } from '@repo/db/testing/people'
import { addMonitor, addUser } from '@repo/db/testing/populate'
import type { UserId, WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { createMailer } from '@repo/notifiers/mailer'
import { openSmtpServer, partOf, type RecordingSmtpServer, type SmtpServerSettings } from '@repo/notifiers/testing'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createDigests, type DigestsDeps, planDigests, sendDigests } from '../src/digests.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS
/** The Monday after the one at whose noon the clock stands. */
const mondayMs = Date.UTC(2026, 5, 8, 8)
const at = (text: string) => Date.parse(text)

let database: TestDatabase
let smtp: RecordingSmtpServer
let clock: ManualClock
let workspaceId: WorkspaceId
let ada: UserId
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  clock = createManualClock(noonMs)
  smtp = await openSmtpServer()
  const user = await addUser(database.sql)
  ;[workspaceId, ada] = [user.workspaceId, user.id]
  await setEmail(database.sql, ada, 'ada@example.com')
})
afterEach(async () => {
  await smtp[Symbol.asyncDispose]()
  await database.sql.execute('delete from workspace')
  await database.sql.execute('delete from users')
})

const log = createLog('notifier', 'silent')
const depsOf = (more: Partial<DigestsDeps> = {}): DigestsDeps => ({
  ...{ sql: database.sql, clock, log, holder: 'one', random: () => 1, publicUrl: 'https://up.example' },
  mailer: createMailer({ url: smtp.url, from: 'us@example.com' }),
  ...more,
})

const never = new AbortController().signal

async function pump(more: Partial<DigestsDeps> = {}): Promise<void> {
  const deps = depsOf(more)
  while (await planDigests(deps));
  await sendDigests(deps, { signal: never, givingUp: never })
}

/** Lets time go by until an instant, and all happen that is due on the way. */
async function until(ms: number, more: Partial<DigestsDeps> = {}): Promise<void> {
  while (clock.nowMs() < ms) {
    await clock.advance(Math.min(HOUR_MS, ms - clock.nowMs()))
    await pump(more)
  }
}

/** A monitor that is up since long ago. */
async function watch(name = 'Shop') {
  const monitor = await addMonitor(database.sql, workspaceId, { name })
  await setHistory(database.sql, monitor, [[noonMs - 30 * DAY_MS, 'up']])
  return monitor
}

async function member(email: string): Promise<UserId> {
  const userId = await addMember(database.sql, workspaceId, 'member')
  await setEmail(database.sql, userId, email)
  return userId
}

const sent = () => smtp.mails.map(({ to }) => to.join())

async function restart(settings: SmtpServerSettings): Promise<void> {
  await smtp[Symbol.asyncDispose]()
  smtp = await openSmtpServer(settings)
}

describe('a weekly mail', () => {
  test('tells what the seven days were like', async () => {
    await database.sql.execute(`update workspace set name = 'Acme'`)
    const monitor = await watch()
    await setHistory(database.sql, monitor, [
      [noonMs - 30 * DAY_MS, 'up'],
      [noonMs + DAY_MS, 'down'],
      [noonMs + DAY_MS + HOUR_MS, 'up'],
    ])
    const incidentId = await addIncident(database.sql, monitor, {
      ...{ beganAtMs: noonMs + DAY_MS, endedAtMs: noonMs + DAY_MS + HOUR_MS },
    })
    await pump()
    await until(mondayMs)
    expect(sent()).toEqual(['ada@example.com'])
    const [mail] = smtp.mails
    expect(mail?.headers.get('subject')).toBe('REPORT Acme - 99.404 % up, 1 incident')
    for (const words of [
      '1 monitor, 99.404 % up, down for 1 h together',
      `https://up.example/incidents/${incidentId}`,
      `https://up.example/monitors/${monitor.id}`,
    ])
      expect(partOf(mail?.raw ?? '', 'text/plain')).toContain(words)
  })

  test('comes each Monday at eight, once to each member who has an address, however many notifiers there are', async () => {
    await watch()
    await member('bob@example.com')
    await addMember(database.sql, workspaceId, 'viewer')
    await pump()
    const others = ['two', 'three'].map((holder) => depsOf({ holder }))
    const together = () =>
      Promise.all([
        pump(),
        ...others.map(async (deps) => {
          while (await planDigests(deps));
          await sendDigests(deps, { signal: never, givingUp: never })
        }),
      ])
    for (const [week, dueAtMs] of [mondayMs, mondayMs + WEEK_MS, mondayMs + 2 * WEEK_MS].entries()) {
      await clock.jump(dueAtMs - 1 - clock.nowMs())
      await together()
      expect(sent()).toHaveLength(2 * week)
      await clock.advance(1)
      await together()
      expect(sent().slice(-2).toSorted()).toEqual(['ada@example.com', 'bob@example.com'])
      await clock.advance(HOUR_MS)
      await together()
      expect(sent()).toHaveLength(2 * week + 2)
    }
    expect(new Set(smtp.mails.map(({ headers }) => headers.get('message-id'))).size).toBe(6)
  })

  test('comes at eight by the clocks of the workspace, also where they are put forward and back', async () => {
    await watch()
    for (const [monday, next, hours] of [
      ['2026-03-23T07:00:00Z', '2026-03-30T06:00:00Z', 167],
      ['2026-10-19T06:00:00Z', '2026-10-26T07:00:00Z', 169],
    ] as const) {
      await setHistory(database.sql, await watch(), [[at(monday) - DAY_MS, 'up']])
      clock = createManualClock(at(monday) + 1)
      await setClocks(database.sql, workspaceId, { timeZone: 'Europe/Berlin', nextAtMs: at(next) })
      const before = smtp.mails.length
      await until(at(next) - 1)
      expect(smtp.mails).toHaveLength(before)
      await until(at(next))
      expect(smtp.mails).toHaveLength(before + 1)
      expect((at(next) - at(monday)) / HOUR_MS).toBe(hours)
      const { rows } = await database.sql.execute<{ hours: number }>(
        `select extract(epoch from to_at - from_at)::integer / 3600 as hours from digest order by week desc limit 1`,
      )
      expect(rows).toEqual([{ hours }])
      await until(at(next) + 6 * DAY_MS)
      expect(smtp.mails).toHaveLength(before + 1)
    }
  })

  test('is sent to nobody about a week before it was asked for, and not where there is nothing to say', async () => {
    await until(mondayMs)
    expect([sent(), await digestsOf(database.sql, workspaceId)]).toEqual([[], [expect.stringContaining('superseded')]])
    await database.sql.execute('delete from workspace')
    const late = await addUser(database.sql)
    await setEmail(database.sql, late.id, 'late@example.com')
    await setHistory(database.sql, await addMonitor(database.sql, late.workspaceId), [[noonMs, 'up']])
    await clock.advance(HOUR_MS)
    await pump()
    expect(sent()).toEqual([])
  })

  test('goes to nobody who wants none, has left meanwhile, or has no address any more', async () => {
    await watch()
    const [bob, eve, cy, dan] = [
      await member('bob@example.com'),
      await member('eve@example.com'),
      await member('cy@example.com'),
      await member('dan@example.com'),
    ]
    await pump()
    await chooseDigest(database.sql, { workspaceId, userId: bob }, false)
    await clock.jump(mondayMs - clock.nowMs())
    const deps = depsOf()
    await planDigests(deps)
    expect(await digestsOf(database.sql, workspaceId)).toHaveLength(4)
    await chooseDigest(database.sql, { workspaceId, userId: eve }, false)
    await removeMember(database.sql, { workspaceId, userId: cy, nowMs: clock.nowMs() })
    await setEmail(database.sql, dan, null)
    await sendDigests(deps, { signal: never, givingUp: never })
    expect(sent()).toEqual(['ada@example.com'])
    await joinWorkspace(database.sql, { workspaceId, userId: cy, role: 'member' })
    await until(mondayMs + DAY_MS)
    expect(sent()).toEqual(['ada@example.com'])
    await until(mondayMs + WEEK_MS)
    expect(sent().slice(1).toSorted()).toEqual(['ada@example.com', 'cy@example.com'])
  })

  test('comes once of one Monday, though the clocks of the workspace become others after it', async () => {
    await watch()
    await pump()
    await until(mondayMs)
    await setClocks(database.sql, workspaceId, { timeZone: 'America/New_York', nextAtMs: mondayMs + 4 * HOUR_MS })
    await until(mondayMs + DAY_MS)
    expect(sent()).toHaveLength(1)
    await until(mondayMs + WEEK_MS + 4 * HOUR_MS)
    expect(sent()).toHaveLength(2)
  })

  test('that was due while no notifier ran comes late, but not when it is news no more', async () => {
    await watch()
    await pump()
    await clock.jump(mondayMs + DAY_MS - clock.nowMs())
    await pump()
    expect(sent()).toHaveLength(1)
    await clock.jump(3 * WEEK_MS + 2 * DAY_MS)
    await pump()
    expect(sent()).toHaveLength(1)
    await until(mondayMs + 4 * WEEK_MS)
    expect(sent()).toHaveLength(2)
  })
})

describe('a mail server that takes nothing', () => {
  test('is asked again, with growing pauses', async () => {
    await watch()
    await pump()
    await restart({ refuses: true })
    await until(mondayMs)
    expect(await digestsOf(database.sql, workspaceId)).toEqual([expect.stringContaining('waiting')])
    const { rows } = await database.sql.execute<{ id: string; answer: string }>('select id, answer from digest')
    expect(rows[0]?.answer).toContain('450')
    await restart({})
    await until(mondayMs + HOUR_MS)
    expect(sent()).toEqual(['ada@example.com'])
    expect(await digestsOf(database.sql, workspaceId)).toEqual([expect.stringContaining('accepted')])
  })

  test('is given up after a day, and the next week is another mail', async () => {
    await watch()
    await pump()
    await restart({ refuses: true })
    await until(mondayMs + DAY_MS + HOUR_MS)
    expect(await digestsOf(database.sql, workspaceId)).toEqual([expect.stringContaining('dead')])
    await restart({})
    await until(mondayMs + WEEK_MS)
    expect(sent()).toEqual(['ada@example.com'])
  })
})

describe('a notifier that is killed', () => {
  const key = Buffer.alloc(32, 7).toString('base64url')
  const script = join(import.meta.dir, 'notifier-process.ts')
  const start = (faultPoint: string) =>
    Bun.spawn([process.execPath, script, database.url, key, faultPoint, smtp.url], {
      stdout: 'ignore',
      stderr: 'ignore',
    })

  test('after the server took the mail has it sent once more, under the same Message-ID, and never again', async () => {
    const monitor = await watch()
    // Processes go by the clock of the machine: to them the week is over now.
    const nowMs = Date.now()
    await setHistory(database.sql, monitor, [[nowMs - 30 * DAY_MS, 'up']])
    await database.sql.execute(
      `insert into digest (workspace_id, user_id, week, from_at, to_at, due_at, next_at)
       values ('${workspaceId}', '${ada}', 1, now() - interval '7 days', now(), now(), now())`,
    )
    expect(await start('digest accepted by the mail server').exited).not.toBe(0)
    expect(sent()).toEqual(['ada@example.com'])
    await eventually('the lease is over', async () => {
      const { rows } = await database.sql.execute('select from digest where lease_until > now()')
      return rows.length === 0
    })
    const survivor = start('')
    await eventually('it is sent once more', () => smtp.mails.length === 2)
    await eventually('that is noted', async () =>
      (await digestsOf(database.sql, workspaceId)).includes('1 ada@example.com accepted'),
    )
    survivor.kill('SIGTERM')
    expect(await survivor.exited).toBe(0)
    expect(smtp.mails).toHaveLength(2)
    expect(new Set(smtp.mails.map(({ headers }) => headers.get('message-id'))).size).toBe(1)
  }, 60_000)
})

describe('the service', () => {
  test('sees to all of it by itself, and lets what is on its way arrive when it is asked to stop', async () => {
    await watch()
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    const mailer = {
      send: () => {
        asked.resolve()
        return answer.promise
      },
    }
    const service = run(createDigests(depsOf({ mailer })))
    await eventually('it waits', () => clock.sleepers === 1)
    await clock.jump(mondayMs - clock.nowMs())
    await asked.promise
    const stopping = service.stop()
    // Long after everything that need not be waited for is over.
    setTimeout(answer.resolve, 50)
    await stopping
    expect(await digestsOf(database.sql, workspaceId)).toEqual([expect.stringContaining('accepted')])
  }, 20_000)
})
