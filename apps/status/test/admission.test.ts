import { describe, expect, test } from 'bun:test'
import type { PageAccess } from '@repo/contracts/status-pages'
import { makePage, makeSnapshot, openStatusApp } from './page-ground.ts'

const password = 'open sesame'
const passwordHash = await Bun.password.hash(password, { algorithm: 'argon2id', memoryCost: 1_024, timeCost: 1 })
const secretTitle = 'Nobody knows of this'

function lockedPage(changed: Parameters<typeof makeSnapshot>[0] = {}) {
  const page = makePage({ title: secretTitle })
  return makeSnapshot({ access: { kind: 'password' }, passwordHash, page, ...changed })
}

const form = (fields: Record<string, string>, headers: Record<string, string> = {}) => ({
  method: 'POST',
  body: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
})
const cookieIn = (answer: Response) => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''

/** Everything that a page has, whatever it is made of. */
const paths = ['', '/api/v2/summary.json', '/history.rss', '/feed.json', '/badge.svg', '/embed', '/oembed', '/events']

describe('a page with a password', () => {
  test('tells nothing of itself before the door, on any of its addresses', async () => {
    const { ask } = openStatusApp([lockedPage()])
    for (const path of paths) {
      const answer = await ask(`/status/shop${path}`)
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 401, 'no-store'])
      expect(await answer.text()).not.toContain(secretTitle)
    }
  })

  test('opens to whoever knows it, without a database, and stays open to them for a week', async () => {
    const { ask, clock } = openStatusApp([lockedPage()])
    const entered = await ask('/status/shop/password', form({ password }))
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/status/shop'])
    expect(entered.headers.get('set-cookie')).toMatch(/; Path=\/status\/shop; Max-Age=604800; HttpOnly; SameSite=Lax$/)
    const headers = { cookie: `other=1; ${cookieIn(entered)}` }
    const page = await ask('/status/shop', { headers })
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'private, no-cache'])
    expect(await page.text()).toContain(secretTitle)
    await clock.advance(7 * 86_400_000)
    expect((await ask('/status/shop', { headers })).status).toBe(401)
  })

  test('stays shut to a wrong password, and says so', async () => {
    const { ask } = openStatusApp([lockedPage()])
    for (const tried of ['wrong', '', 'x'.repeat(5_000)]) {
      const answer = await ask('/status/shop/password', form({ password: tried }))
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([401, null])
      expect(await answer.text()).toContain('This is not the password.')
    }
    expect((await ask('/status/shop/password', { method: 'POST', body: 'nothing' })).status).toBe(401)
  })

  test('takes ten tries of a network in a quarter of an hour, and lets others in meanwhile', async () => {
    const { ask, clock } = openStatusApp([lockedPage()])
    const guess = (address: string, tried = 'wrong') =>
      ask('/status/shop/password', { ...form({ password: tried }), address })
    for (let tries = 0; tries < 10; tries += 1) expect((await guess('2001:db8::1')).status).toBe(401)
    const refused = await guess('2001:db8::2', password)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await guess('192.0.2.9', password)).status).toBe(303)
    await clock.advance(15 * 60_000)
    expect((await guess('2001:db8::1', password)).status).toBe(303)
  })

  test('shuts to those who were let in, once its password or its secret is another', async () => {
    const snapshot = lockedPage()
    const { ask, store } = openStatusApp([snapshot])
    const headers = { cookie: cookieIn(await ask('/status/shop/password', form({ password }))) }
    const isOpen = async () => (await ask('/status/shop', { headers })).status === 200
    expect(await isOpen()).toBeTrue()
    store.put({ ...snapshot, secret: 'another' })
    expect(await isOpen()).toBeFalse()
    store.put({ ...snapshot, passwordHash: await Bun.password.hash('other', { algorithm: 'bcrypt', cost: 4 }) })
    expect(await isOpen()).toBeFalse()
    store.put(snapshot)
    expect(await isOpen()).toBeTrue()
  })

  test('takes no cookie of another page, and none that was made longer', async () => {
    const other = lockedPage({ page: makePage({ slug: 'other' }) })
    const { ask } = openStatusApp([lockedPage(), other])
    const cookie = cookieIn(await ask('/status/other/password', form({ password })))
    const [name = '', value = ''] = cookie.split('=')
    const own = cookieIn(await ask('/status/shop/password', form({ password }))).split('=')[0] ?? ''
    const [until = '', signature = ''] = value.split('.')
    expect((await ask('/status/shop', { headers: { cookie: `${own}=${value}` } })).status).toBe(401)
    const longer = `${name}=${Number(until) + 1}.${signature}`
    expect((await ask('/status/other', { headers: { cookie: longer } })).status).toBe(401)
    expect((await ask('/status/other', { headers: { cookie } })).status).toBe(200)
  })

  test('opens with no password while it has none', async () => {
    const { ask } = openStatusApp([lockedPage({ passwordHash: null })])
    expect((await ask('/status/shop/password', form({ password: '' }))).status).toBe(401)
    expect((await ask('/status/shop/password', form({ password: 'null' }))).status).toBe(401)
  })
})

describe('a page for some addresses', () => {
  const access: PageAccess = { kind: 'ip', ranges: ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7'] }
  const page = makeSnapshot({ access })

  test.each([
    ['192.0.2.77', 200],
    ['::ffff:192.0.2.77', 200],
    ['2001:db8:1::1', 200],
    ['198.51.100.7', 200],
    ['198.51.100.8', 404],
    ['203.0.113.1', 404],
    ['', 404],
  ])('asked from %p answers %d', async (address, status) => {
    expect((await openStatusApp([page]).ask('/status/shop', { address })).status).toBe(status)
  })

  test('is for others no page at all: not a byte tells it from one that never was', async () => {
    const { ask } = openStatusApp([page])
    for (const path of paths) {
      const [there, never] = [
        await ask(`/status/shop${path}`, { address: '203.0.113.1' }),
        await ask(`/status/none${path}`),
      ]
      expect([there.status, await there.text()]).toEqual([never.status, await never.text()])
      expect([...there.headers]).toEqual([...never.headers])
    }
  })

  test('believes what a request says of itself from a declared proxy alone', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.77' }
    const from = (address: string) => ({ address, headers })
    const alone = openStatusApp([page])
    expect((await alone.ask('/status/shop', from('203.0.113.1'))).status).toBe(404)
    expect((await alone.ask('/status/shop', from('127.0.0.1'))).status).toBe(404)
    const behind = openStatusApp([page], { trustedProxies: ['203.0.113.0/24'] })
    expect((await behind.ask('/status/shop', from('203.0.113.1'))).status).toBe(200)
    expect((await behind.ask('/status/shop', from('198.51.100.8'))).status).toBe(404)
  })

  test('believes the API of its own process, and nobody who only says that they are it', async () => {
    const { ask } = openStatusApp([page], { doorToken: 'token' })
    const saying = (token: string) => ({
      address: '127.0.0.1',
      headers: { 'x-status-door': token, 'x-forwarded-for': '192.0.2.77', 'x-forwarded-host': 'uptime.example.com' },
    })
    expect((await ask('/status/shop', saying('token'))).status).toBe(200)
    expect((await ask('/status/shop', saying('guess'))).status).toBe(404)
    const summary = await (await ask('/status/shop/api/v2/status.json', saying('token'))).json()
    expect(summary).toMatchObject({ page: { url: 'http://uptime.example.com/status/shop' } })
  })
})
