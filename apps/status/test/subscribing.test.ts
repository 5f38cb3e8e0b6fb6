import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { PageAccess } from '@repo/contracts/status-pages'
import { countSubscribers, findSubscription, listSubscribers } from '@repo/db/queries/page-subscribers'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addSubscriber, pageMessagesOf } from '@repo/db/testing/page-subscribers'
import { addWorkspace } from '@repo/db/testing/populate'
import { addPublishedPage } from '@repo/db/testing/status-pages'
import type { StatusPageId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { createKeyring } from '@repo/secrets/keyring'
import { type PageDeed, signPageLink } from '@repo/secrets/page-link'
import type { StatusDeps } from '../src/services.ts'
import type { Snapshot } from '../src/snapshots.ts'
import { elementsOf } from './elements.ts'
import { makeComponent, makePage, makeSnapshot, openStatusApp } from './page-ground.ts'

const [search, api] = [makeComponent({ name: 'Search' }), makeComponent({ name: 'API' })]
const keyring = createKeyring([{ id: 'k1', key: new Uint8Array(32).fill(7) }])
const subscribing = { byMail: true, keyring }
const publicUrl = 'https://up.example'

let database: TestDatabase
let pageId: StatusPageId
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  const workspaceId = await addWorkspace(database.sql)
  pageId = (await addPublishedPage(database.sql, { workspaceId, slug: 'shop' })).id
})
afterEach(async () => {
  await database.sql.execute('delete from workspace')
})

function open(snapshot: Partial<Snapshot> = {}, deps: Partial<StatusDeps> = {}) {
  const page = makePage({
    sections: [{ id: crypto.randomUUID(), name: '', isFolded: false, components: [search, api] }],
  })
  return openStatusApp([makeSnapshot({ id: pageId, page, ...snapshot })], {
    ...{ sql: database.sql, publicUrl, subscribing },
    ...deps,
  })
}

const form = (fields: readonly (readonly [string, string])[]) => ({
  method: 'POST',
  body: new URLSearchParams(fields.map(([name, value]) => [name, value])).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
})
const mail = (address: string, ...components: string[]) =>
  form([['kind', 'email'], ['address', address], ...components.map((id) => ['components', id] as const)])
const linkOf = (deed: PageDeed, id: string, { untilMs = null as number | null, secret = 'secret' } = {}) =>
  `/status/shop/${deed === 'sign_in' ? 'access' : deed}?token=${signPageLink(secret, { deed, id, untilMs })}`
const post = { method: 'POST' }
const subscribers = async () => (await listSubscribers(database.sql, pageId, { limit: 10 })).items
const stateOf = async (id: Parameters<typeof findSubscription>[1]['id']) =>
  (await findSubscription(database.sql, { pageId, id }))?.state

/** All that whoever asked can see of an answer. */
async function whole(answer: Response) {
  return { status: answer.status, headers: [...answer.headers], body: await answer.text() }
}

describe('the form of a page', () => {
  test('asks an address, and writes to it nothing else than that', async () => {
    const { ask } = open()
    const answer = await ask('/status/shop/subscribe', mail('Ada@Example.com', search.id, crypto.randomUUID(), 'none'))
    expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('referrer-policy')]).toEqual([
      ...[200, 'no-store', 'no-referrer'],
    ])
    expect(await answer.text()).toContain('Check your mailbox')
    expect(await subscribers()).toMatchObject([
      { kind: 'email', email: 'Ada@Example.com', state: 'pending', components: [search.id] },
    ])
    expect(await pageMessagesOf(database.sql, pageId)).toEqual(['Ada@Example.com confirm waiting'])
  })

  test('gives the same answer, byte for byte, to addresses that are known, unknown, asked or ended', async () => {
    const { ask } = open()
    await addSubscriber(database.sql, { pageId, email: 'known@example.com' })
    await addSubscriber(database.sql, { pageId, email: 'asked@example.com', isPending: true })
    const ended = await addSubscriber(database.sql, { pageId, email: 'ended@example.com' })
    await ask(linkOf('unsubscribe', ended), post)
    const answers = []
    for (const name of ['known', 'KNOWN', 'asked', 'ended', 'unknown', 'unknown'])
      answers.push(await whole(await ask('/status/shop/subscribe', mail(`${name}@example.com`))))
    for (const answer of answers) expect(answer).toEqual(answers[0] as never)
    // And whoever is known gets a message too.
    expect((await pageMessagesOf(database.sql, pageId)).toSorted()).toEqual(
      ['asked', 'ended', 'known', 'unknown'].map((name) => `${name}@example.com confirm waiting`),
    )
  })

  test('takes the address of a hook, which is stored for nobody to read', async () => {
    const { ask } = open()
    const url = 'https://hooks.example/services/SEKRET'
    const answer = await ask('/status/shop/subscribe', form([...Object.entries({ kind: 'webhook', address: url })]))
    expect(answer.status).toBe(200)
    const { rows } = await database.sql.execute('select * from page_subscriber')
    expect(JSON.stringify(rows)).not.toContain('SEKRET')
    const [stored] = await subscribers()
    const opened = JSON.parse(keyring.open(stored?.settings ?? '', `page subscriber ${pageId} ${stored?.id}`))
    expect(opened).toEqual({ url, signingSecret: expect.stringMatching(/^whsec_/) })
  })

  test.each([
    ['email', 'nobody', 400],
    ['email', '', 400],
    ['email', `${'x'.repeat(300)}@example.com`, 400],
    ['email', 'a@example.com\r\nBcc: b@example.com', 400],
    ['slack', 'ftp://hooks.example/', 400],
    ['slack', 'javascript:alert(1)', 400],
    ['slack', 'https://good@hooks.example/', 400],
    ['pager', 'https://hooks.example/', 400],
  ])('takes no %s at %p', async (kind, address, status) => {
    const answer = await open().ask('/status/shop/subscribe', form([...Object.entries({ kind, address })]))
    expect(answer.status).toBe(status)
    expect(await subscribers()).toEqual([])
  })

  test('is given back with what was written in it, where that was no address', async () => {
    const { ask } = open()
    const elements = async (path: string, asked: RequestInit) => elementsOf(await (await ask(path, asked)).text())
    const again = await elements('/status/shop/subscribe', mail('ada@<b>', search.id))
    const fields = again.filter(({ tag }) => tag === 'input').map(({ attributes }) => Object.fromEntries(attributes))
    expect(fields).toMatchObject([
      { type: 'hidden', name: 'kind', value: 'email' },
      { type: 'hidden', name: 'components', value: search.id },
      { type: 'email', name: 'address', value: 'ada@&lt;b&gt;', 'aria-invalid': 'true', 'aria-describedby': 'failed' },
    ])
    expect(again.filter(({ tag }) => tag === 'b')).toEqual([])
  })

  test('is on the page for what the instance can send, and its addresses are none for what it cannot', async () => {
    const shown = async (deps: Partial<StatusDeps>) => {
      const { ask } = open({}, deps)
      const page = await (await ask('/status/shop')).text()
      const statuses = [
        (await ask('/status/shop/subscribe', mail('a@example.com'))).status,
        (
          await ask(
            '/status/shop/subscribe',
            form([...Object.entries({ kind: 'slack', address: 'https://a.example/' })]),
          )
        ).status,
      ]
      return [page.includes('value="email"'), page.includes('value="slack"'), ...statuses]
    }
    expect(await shown({})).toEqual([true, true, 200, 200])
    expect(await shown({ subscribing: { byMail: false, keyring } })).toEqual([false, true, 404, 200])
    expect(await shown({ subscribing: { byMail: true, keyring: undefined } })).toEqual([true, false, 200, 404])
    expect(await shown({ subscribing: undefined })).toEqual([false, false, 404, 404])
    // Without an address of its own no message could have a link.
    expect(await shown({ publicUrl: undefined })).toEqual([false, false, 404, 404])
  })

  test('is taken ten times of a network in a quarter of an hour', async () => {
    const { ask, clock } = open()
    const again = (number: number) =>
      ask('/status/shop/subscribe', { ...mail(`${number}@example.com`), address: `2001:db8::${number}` })
    for (let number = 0; number < 10; number += 1) expect((await again(number)).status).toBe(200)
    const refused = await again(10)
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
    await clock.advance(15 * 60_000)
    expect((await again(10)).status).toBe(200)
  })

  test('says in words that it is not the time for it where the database is away, and the page itself goes on', async () => {
    const away = new Proxy({} as StatusDeps['sql'], {
      get() {
        throw new Error('connect ECONNREFUSED')
      },
    })
    const { ask } = open({}, { sql: away })
    for (const path of ['/status/shop/subscribe', linkOf('confirm', pageId), linkOf('unsubscribe', pageId)]) {
      const answer = await ask(path, mail('ada@example.com'))
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '60'])
      expect(await answer.text()).toContain('Please try again in a few minutes.')
    }
    expect((await ask('/status/shop')).status).toBe(200)
  })
})

describe('a link in a message', () => {
  test('confirms once somebody presses the button, and not when it is only looked at', async () => {
    const { ask } = open()
    const id = await addSubscriber(database.sql, { pageId, isPending: true })
    const link = linkOf('confirm', id, { untilMs: noonMs + 1 })
    const looked = await ask(link)
    expect([looked.status, await looked.text(), await stateOf(id)]).toEqual([
      ...[200, expect.stringContaining('<form method="post">'), 'pending'],
    ])
    expect((await ask(link, post)).status).toBe(200)
    expect(await stateOf(id)).toBe('confirmed')
    expect((await ask(link, post)).status).toBe(200)
  })

  test('ends a subscription with the one request that RFC 8058 describes, as often as it is sent', async () => {
    const { ask } = open()
    const id = await addSubscriber(database.sql, { pageId })
    const link = linkOf('unsubscribe', id)
    expect([(await ask(link)).status, await stateOf(id)]).toEqual([200, 'confirmed'])
    for (const _ of [1, 2]) {
      expect((await ask(link, form([['List-Unsubscribe', 'One-Click']]))).status).toBe(200)
      expect(await stateOf(id)).toBe('unsubscribed')
    }
    expect((await ask(linkOf('confirm', id), post)).status).toBe(410)
    expect(await stateOf(id)).toBe('unsubscribed')
  })

  test('shows what somebody chose, and takes another choice', async () => {
    const { ask } = open()
    const id = await addSubscriber(database.sql, { pageId, email: 'ada@example.com', components: [api.id] })
    const link = linkOf('subscription', id)
    const shown = await (await ask(link)).text()
    expect(shown).toMatch(new RegExp(`value="${api.id}" checked`))
    expect(shown).not.toMatch(new RegExp(`value="${search.id}" checked`))
    expect(shown).not.toContain('ada@example.com')
    expect((await ask(link, form([['components', search.id]]))).status).toBe(200)
    expect(await findSubscription(database.sql, { pageId, id })).toMatchObject({ components: [search.id] })
    await ask(link, post)
    expect(await findSubscription(database.sql, { pageId, id })).toMatchObject({ components: null })
  })

  test('does nothing where it is of another page, for something else, too old or made up', async () => {
    const { ask } = open()
    const id = await addSubscriber(database.sql, { pageId, isPending: true })
    const bad = [
      linkOf('confirm', id, { secret: 'another' }),
      linkOf('confirm', id, { untilMs: noonMs }),
      linkOf('unsubscribe', id).replace('unsubscribe', 'confirm'),
      '/status/shop/confirm?token=x',
      '/status/shop/confirm',
      '/status/shop/unsubscribe',
      '/status/shop/subscription',
    ]
    const answers = await Promise.all(bad.flatMap((link) => [ask(link), ask(link, post)]))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 410))
    expect(await stateOf(id)).toBe('pending')
  })

  test.each<[string, PageAccess]>([
    ['with a password', { kind: 'password' }],
    ['for some addresses', { kind: 'ip', ranges: ['203.0.113.0/24'] }],
  ])('ends the messages of a page %s from wherever it is followed, and nothing else opens it', async (_, access) => {
    const { ask } = open({ access })
    const id = await addSubscriber(database.sql, { pageId })
    expect((await ask(linkOf('unsubscribe', id), post)).status).toBe(200)
    expect(await stateOf(id)).toBe('unsubscribed')
    const [forged, subscribed] = [
      await ask('/status/shop/unsubscribe?token=x', post),
      await ask('/status/shop/subscribe', mail('eve@example.com')),
    ]
    expect([forged.status, subscribed.status]).toEqual(access.kind === 'ip' ? [404, 404] : [410, 401])
    if (access.kind === 'ip')
      expect(await whole(forged)).toEqual(await whole(await ask('/status/none/unsubscribe?token=x', post)))
    expect(await countSubscribers(database.sql, pageId)).toMatchObject({ pending: 0 })
  })
})

describe('a page for people of some domains', () => {
  const access: PageAccess = { kind: 'email', domains: ['example.com'] }
  const askFor = (email: string) => form([['email', email]])
  const signIns = async () => {
    const { rows } = await database.sql.execute<{ id: string; email: string }>(
      'select id, email from page_sign_in order by id',
    )
    return rows
  }

  test('gives the same answer to whoever is let in and whoever is not, and sends a link to the former alone', async () => {
    const { ask } = open({ access })
    const answers = []
    for (const email of ['Ada@Example.com', 'eve@elsewhere.example', 'eve@sub.example.com', 'eve@notexample.com'])
      answers.push(await whole(await ask('/status/shop/access', askFor(email))))
    for (const answer of answers) expect(answer).toEqual(answers[0] as never)
    expect(await pageMessagesOf(database.sql, pageId)).toEqual([
      'ada@example.com sign_in waiting',
      'eve@elsewhere.example sign_in superseded',
      'eve@sub.example.com sign_in superseded',
      'eve@notexample.com sign_in superseded',
    ])
  })

  test('gives an address that is none back at the door, to be mended', async () => {
    const { ask } = open({ access })
    const answer = await ask('/status/shop/access', askFor('ada@example'))
    expect(answer.status).toBe(400)
    const [field] = (await elementsOf(await answer.text())).filter(({ tag }) => tag === 'input')
    expect(field?.attributes.get('value')).toBe('ada@example')
  })

  test('opens by the link, once, after somebody has pressed the button, and for a week in that browser', async () => {
    const { ask, clock } = open({ access })
    await ask('/status/shop/access', askFor('ada@example.com'))
    const link = linkOf('sign_in', (await signIns())[0]?.id ?? '', { untilMs: noonMs + 20 * 60_000 })
    expect((await ask('/status/shop')).status).toBe(401)
    const looked = await ask(link)
    expect([looked.status, looked.headers.get('set-cookie')]).toEqual([200, null])
    const entered = await ask(link, post)
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/status/shop'])
    const headers = { cookie: (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
    expect((await ask('/status/shop', { headers })).status).toBe(200)
    const again = await ask(link, post)
    expect([again.status, again.headers.get('set-cookie')]).toEqual([410, null])
    await clock.advance(7 * 86_400_000)
    expect((await ask('/status/shop', { headers })).status).toBe(401)
  })

  test('opens by no link that is over, and none that was made for another page', async () => {
    const { ask, clock } = open({ access })
    await ask('/status/shop/access', askFor('ada@example.com'))
    const [signIn] = await signIns()
    const link = linkOf('sign_in', signIn?.id ?? '', { untilMs: noonMs + 20 * 60_000 })
    expect((await ask(linkOf('sign_in', signIn?.id ?? '', { secret: 'another' }), post)).status).toBe(410)
    await clock.advance(20 * 60_000)
    expect([(await ask(link)).status, (await ask(link, post)).status]).toEqual([410, 410])
  })

  test('has no such door where everybody is let in, or by a password', async () => {
    for (const other of [{ kind: 'public' }, { kind: 'password' }] as const)
      expect((await open({ access: other }).ask('/status/shop/access', askFor('ada@example.com'))).status).toBe(404)
    expect(await signIns()).toEqual([])
  })
})
