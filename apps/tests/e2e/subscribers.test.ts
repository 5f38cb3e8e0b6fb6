import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatInstanceKey } from '@repo/config/instance-keys'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addShownIncident, addUpdate, pageMessagesOf } from '@repo/db/testing/page-subscribers'
import { addWorkspace } from '@repo/db/testing/populate'
import { addPublishedPage } from '@repo/db/testing/status-pages'
import type { StatusPageId, WorkspaceId } from '@repo/domain/ids'
import { openSmtpServer, partOf, type RecordingSmtpServer } from '@repo/notifiers/testing'
import { startRedis } from '@repo/streams/testing'
import { eventually } from '../src/eventually.ts'
import { type Program, startProgram } from '../src/program.ts'

/** From the form of a page to the mail, and to its end: the programs as they are started, two notifiers of them. */

const publicUrl = 'https://up.example'
const snapshots = mkdtempSync(join(tmpdir(), 'betteruptime-status-'))
let database: TestDatabase
let redis: Awaited<ReturnType<typeof startRedis>>
let smtp: RecordingSmtpServer
let programs: Program[]
let origin: string
let workspaceId: WorkspaceId
let pageId: StatusPageId
const posted: { readonly event: string; readonly confirmUrl?: string; readonly update?: { readonly body: string } }[] =
  []
const hook = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: async (request) => {
    posted.push((await request.json()) as (typeof posted)[number])
    return new Response('thanks')
  },
})

beforeAll(async () => {
  database = await openTestDatabase()
  redis = await startRedis()
  smtp = await openSmtpServer()
  workspaceId = await addWorkspace(database.sql)
  pageId = (await addPublishedPage(database.sql, { workspaceId, slug: 'shop' })).id
  const INSTANCE_KEYS = formatInstanceKey({ id: 'k1', key: new Uint8Array(32).fill(7) })
  const shared = { DATABASE_URL: database.url, LOG_LEVEL: 'info', PUBLIC_URL: publicUrl, INSTANCE_KEYS }
  const notifier = {
    ...{ ...shared, REDIS_URL: redis.url, PROBE_ALLOWED_CIDRS: 'private' },
    ...{ SMTP_URL: smtp.url, MAIL_FROM: 'us@example.com' },
  }
  const status = startProgram('apps/status/src/main.ts', [], {
    ...{ ...shared, PORT: '0', STATUS_SNAPSHOTS: snapshots, STATUS_MAIL: 'true' },
  })
  programs = [status, ...[1, 2].map(() => startProgram('apps/notifier/src/main.ts', [], notifier))]
  const [, at = ''] = await status.until(/"url":"(http:\/\/127\.0\.0\.1:\d+)"/)
  origin = at
  await eventually('the page is served', async () => (await fetch(`${origin}/status/shop`)).status === 200)
}, 60_000)
afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop()))
  await hook.stop(true)
  await smtp[Symbol.asyncDispose]()
  await redis.stop()
  await database[Symbol.asyncDispose]()
  rmSync(snapshots, { recursive: true, force: true })
})

/** Follows a link of ours: to the program itself, for nobody answers by the name of the instance. */
const follow = (link: string, body?: Record<string, string>) =>
  fetch(link.replace(publicUrl, origin), body && { method: 'POST', body: new URLSearchParams(body) })
const subscribe = (fields: Record<string, string>) => follow(`${publicUrl}/status/shop/subscribe`, fields)
const linkIn = (text: string, path: string) =>
  new RegExp(`${publicUrl}/status/shop/${path}\\?token=[\\w.-]+`).exec(text)?.[0] ?? ''
const bodyOf = (place: number) => partOf(smtp.mails[place]?.raw ?? '', 'text/plain')
const settled = async () => (await pageMessagesOf(database.sql, pageId)).filter((line) => !line.endsWith('accepted'))

test('somebody subscribes, confirms, is told once of what is said, and with one request of nothing more', async () => {
  const answers = [
    await subscribe({ kind: 'email', address: 'ada@example.com' }),
    await subscribe({ kind: 'webhook', address: `http://127.0.0.1:${hook.port}/` }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  await eventually('both are asked', () => smtp.mails.length === 1 && posted.length === 1)
  for (const link of [linkIn(bodyOf(0), 'confirm'), posted[0]?.confirmUrl ?? '']) {
    expect(await (await follow(link)).text()).toContain('<form method="post">')
    expect((await follow(link, {})).status).toBe(200)
  }

  const incidentId = await addShownIncident(database.sql, { workspaceId, pageId, title: 'Slow search' })
  await addUpdate(database.sql, { incidentId, atMs: Date.now(), body: 'We look into it.' })
  await eventually('both are told', () => smtp.mails.length === 2 && posted.length === 2)
  expect(smtp.mails[1]?.headers.get('subject')).toBe('[Shop] Investigating: Slow search')
  expect(smtp.mails[1]?.headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  const unsubscribe = /<(.+)>/.exec(smtp.mails[1]?.headers.get('list-unsubscribe') ?? '')?.[1] ?? ''
  expect((await follow(unsubscribe, { 'List-Unsubscribe': 'One-Click' })).status).toBe(200)

  // The hook bears witness that the second update was told, to whoever was to be told.
  await addUpdate(database.sql, { incidentId, atMs: Date.now(), phase: 'resolved', body: 'All is well.' })
  await eventually('the hook is told of the end', () => posted.length === 3)
  await eventually('nothing is left to be sent', async () => (await settled()).length === 0)
  expect(posted.map(({ event, update }) => update?.body ?? event)).toEqual([
    'confirm',
    'We look into it.',
    'All is well.',
  ])
  expect(smtp.mails).toHaveLength(2)

  const said = programs.map((program) => program.said()).join('')
  expect(said).not.toMatch(/token=|ada@example\.com|whsec_/)
}, 60_000)
