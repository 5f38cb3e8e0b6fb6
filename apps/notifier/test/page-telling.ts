import { afterAll, afterEach, beforeAll, beforeEach } from 'bun:test'
import type { HookSettings } from '@repo/contracts/page-subscribers'
import { askSubscriber, confirmSubscriber, listSubscribers } from '@repo/db/queries/page-subscribers'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addShownIncident, addUpdate, pageMessagesOf } from '@repo/db/testing/page-subscribers'
import { addWorkspace } from '@repo/db/testing/populate'
import { addPublishedPage } from '@repo/db/testing/status-pages'
import { parseSubscriberId, type StatusPageId, type SubscriberId, type WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { createMailer } from '@repo/notifiers/mailer'
import type { HookKind } from '@repo/notifiers/page-hooks'
import { openSmtpServer, type RecordingSmtpServer, type SmtpServerSettings } from '@repo/notifiers/testing'
import { createKeyring } from '@repo/secrets/keyring'
import { subscriberAddressKey, subscriberContext } from '@repo/secrets/subscriber-address'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import { createPageSender, type PageMessengerDeps } from '../src/page-messenger.ts'
import { planMaintenance, planUpdate } from '../src/page-plans.ts'
import { unguarded } from './unguarded.ts'

/** A published page with subscribers, those who receive what they are sent, and a notifier whose clock the test moves. */
export let database: TestDatabase
export let workspaceId: WorkspaceId
export let pageId: StatusPageId
export let clock: ManualClock
export let smtp: RecordingSmtpServer
export let hooks: HookReceiver

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const keyring = createKeyring([{ id: 'k1', key: new Uint8Array(32).fill(7) }])

/** The components of the page: one of them consists of parts. */
export const ids = {
  search: '00000000-0000-4000-8000-000000000001',
  checkout: '00000000-0000-4000-8000-000000000002',
  cards: '00000000-0000-4000-8000-000000000003',
  invoices: '00000000-0000-4000-8000-000000000004',
} as const
const manual = { kind: 'manual' } as const

export function shopContent(more: object = {}, searchSource: object = manual) {
  const parts = [
    { id: ids.cards, name: 'Cards', source: manual },
    { id: ids.invoices, name: 'Invoices', source: manual },
  ]
  const components = [
    { id: ids.search, name: 'Search', source: searchSource },
    { id: ids.checkout, name: 'Checkout', source: { kind: 'parts' }, parts },
  ]
  return { title: 'Shop', sections: [{ id: crypto.randomUUID(), name: '', components }], ...more }
}

export function usePage(): void {
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  afterAll(() => database[Symbol.asyncDispose]())
  beforeEach(async () => {
    clock = createManualClock(noonMs)
    smtp = await openSmtpServer()
    hooks = startHookReceiver()
    workspaceId = await addWorkspace(database.sql)
    pageId = (await addPublishedPage(database.sql, { workspaceId, slug: 'shop', content: shopContent() })).id
  })
  afterEach(async () => {
    await smtp[Symbol.asyncDispose]()
    await hooks[Symbol.asyncDispose]()
    await database.sql.execute('delete from workspace')
  })
}

export async function restartSmtp(settings: SmtpServerSettings): Promise<void> {
  await smtp[Symbol.asyncDispose]()
  smtp = await openSmtpServer(settings)
}

export const depsOf = (more: Partial<PageMessengerDeps> = {}): PageMessengerDeps => ({
  ...{ sql: database.sql, clock, log: createLog('notifier', 'silent'), keyring, holder: 'one', random: () => 1 },
  ...{ publicUrl: 'https://up.example', send: unguarded },
  mailer: createMailer({ url: smtp.url, from: 'us@example.com' }),
  ...more,
})

/** Plans and sends all that is due now. */
export async function pump(more: Partial<PageMessengerDeps> = {}): Promise<void> {
  const deps = depsOf(more)
  while (await planUpdate(deps));
  await planMaintenance(deps)
  await send(more)
}

export async function send(more: Partial<PageMessengerDeps> = {}): Promise<void> {
  const sender = createPageSender(depsOf(more), new AbortController().signal)
  while (await sender.sendSome());
  await sender.ended()
}

/** Somebody asks, as the form of the page does it. */
export async function ask(kind: 'email' | HookKind, address: string, components: readonly string[] | null = null) {
  const id = parseSubscriberId(Bun.randomUUIDv7())
  const signingSecret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
  const settings: HookSettings = { url: address, ...(kind === 'webhook' && { signingSecret }) }
  const stored =
    kind === 'email'
      ? { email: address, settings: null }
      : { email: null, settings: keyring.seal(JSON.stringify(settings), subscriberContext(pageId, id)) }
  const addressKey = subscriberAddressKey(kind, address)
  await askSubscriber(database.sql, { id, pageId, kind, addressKey, components, ...stored }, clock.nowMs())
  return id
}

/** Somebody who asked and confirmed before noon; what they were asked is sent and forgotten. */
export async function subscribe(
  kind: 'email' | HookKind,
  address: string,
  components: readonly string[] | null = null,
): Promise<SubscriberId> {
  const id = await ask(kind, address, components)
  await database.sql.execute('delete from page_message')
  await confirmSubscriber(database.sql, { pageId, id }, noonMs)
  return id
}

export const openIncident = (more: { title?: string; componentIds?: readonly string[] } = {}) =>
  addShownIncident(database.sql, { workspaceId, pageId, ...more })
export const say = (incidentId: string, phase = 'investigating', body = 'We look into it.') =>
  addUpdate(database.sql, { incidentId, phase, body, atMs: clock.nowMs() })
export const messages = () => pageMessagesOf(database.sql, pageId)
export const stateOf = async (id: SubscriberId) => {
  const { items } = await listSubscribers(database.sql, pageId, { limit: 100 })
  const found = items.find((one) => one.id === id)
  return `${found?.state} ${found?.endedBecause ?? ''}`.trim()
}

export interface HookReceiver extends AsyncDisposable {
  readonly received: { readonly path: string; readonly headers: Headers; readonly body: string }[]
  urlOf(path: string): string
  answer(path: string, status: number): void
}

function startHookReceiver(): HookReceiver {
  const received: HookReceiver['received'] = []
  const answers = new Map<string, number>()
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const path = new URL(request.url).pathname.slice(1)
      const body = await request.text()
      received.push({ path, headers: request.headers, body })
      // As chatty as some are: it says back all that it was told.
      const said = `${body.slice(-600)} was sent to ${request.url}`
      return new Response(said, { status: answers.get(path) ?? 200 })
    },
  })
  return {
    received,
    urlOf: (path) => `http://127.0.0.1:${server.port}/${path}`,
    answer: (path, status) => void answers.set(path, status),
    [Symbol.asyncDispose]: async () => server.stop(true),
  }
}
