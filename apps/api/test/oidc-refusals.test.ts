import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { ApiDeps } from '../src/deps.ts'
import { type ApiInstance, openApi } from './instance.ts'
import {
  type Begun,
  begin,
  comeBack,
  countUsers,
  loginOf,
  placeOf,
  refusalOf,
  signIn,
  someone,
} from './oidc-browser.ts'
import { clientId, type Lies, type OidcProvider, openOidcProvider } from './oidc-provider.ts'

let provider: OidcProvider
let api: ApiInstance

const openWithLogin = (changed: Partial<Omit<ApiDeps, 'clock'>> = {}) =>
  openApi({ oidc: loginOf(provider), ...changed })

beforeAll(async () => {
  provider = await openOidcProvider()
  api = await openWithLogin()
}, 30_000)
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})
beforeEach(() => {
  provider.person = someone()
})
afterEach(() => {
  provider.lies = {}
})

describe('an answer is refused', () => {
  const nowSeconds = Math.floor(Date.now() / 1_000)
  const lies: [string, Lies][] = [
    ['with the nonce of another login', { claims: { nonce: 'another' } }],
    ['without a nonce', { claims: { nonce: undefined } }],
    ['for another client', { claims: { aud: 'somebody-else' } }],
    ['for several clients, of which another one asked', { claims: { aud: [clientId, 'other'], azp: 'other' } }],
    ['of another issuer', { claims: { iss: 'https://evil.example' } }],
    ['that is over', { claims: { iat: nowSeconds - 700, exp: nowSeconds - 600 } }],
    ['that is not yet', { claims: { nbf: nowSeconds + 600 } }],
    ['without a subject', { claims: { sub: undefined } }],
    ['that is not signed', { signature: 'none' }],
    ['that is signed with our own secret', { signature: 'hmac-with-secret' }],
    ['that is signed with the public key as a secret', { signature: 'hmac-with-public-key' }],
    ['that is signed with another key', { signature: 'another-key' }],
    ['whose signature was changed', { signature: 'broken' }],
    ['without an ID token', { withoutIdToken: true }],
  ]
  test.each(lies)('%s', async (_, told) => {
    const before = await countUsers(api)
    const begun = await begin(api)
    provider.lies = told
    expect(refusalOf(await comeBack(api, begun))).toBe('/signin?error=wrong_credentials')
    expect(await countUsers(api)).toBe(before)
  })

  test('that is not signed, also where the provider says that it signs nothing', async () => {
    provider.lies = { signature: 'none', discovery: { id_token_signing_alg_values_supported: ['none', 'RS256'] } }
    await using trusting = await openWithLogin()
    expect(refusalOf(await signIn(trusting))).toBe('/signin?error=wrong_credentials')
  })

  test('with another state, which leaves the login that was begun', async () => {
    const { callback, cookie } = await begin(api)
    const forged = callback.replace(/state=[\w-]+/, 'state=forged')
    expect(refusalOf(await comeBack(api, { callback: forged, cookie }))).toBe('/signin?error=gone')
    expect(refusalOf(await comeBack(api, { callback: forged.replace(/&?state=forged/, ''), cookie }))).toBe(
      '/signin?error=gone',
    )
    expect(placeOf(await comeBack(api, { callback, cookie }))).toBe('/')
  })

  test('in a browser that did not begin', async () => {
    const [mine, theirs] = [await begin(api), await begin(api)]
    for (const cookie of [
      '',
      theirs.cookie,
      `betteruptime_login=${crypto.randomUUID()}`,
      "betteruptime_login=' or 1=1",
    ])
      expect(refusalOf(await comeBack(api, { callback: mine.callback, cookie }))).toBe('/signin?error=gone')
  })

  test('for the second time', async () => {
    const begun = await begin(api)
    const exchanges = provider.exchanges.length
    expect(placeOf(await comeBack(api, begun))).toBe('/')
    expect(refusalOf(await comeBack(api, begun))).toBe('/signin?error=gone')
    expect(provider.exchanges.length).toBe(exchanges + 1)
  })

  test('with a code that was used in another login', async () => {
    const [first, second] = [await begin(api), await begin(api)]
    const codeOf = ({ callback }: Begun) => new URL(callback, 'http://localhost').searchParams.get('code') ?? ''
    const replayed = { ...second, callback: second.callback.replace(codeOf(second), codeOf(first)) }
    // The code is good, but was given for another PKCE challenge.
    expect(refusalOf(await comeBack(api, replayed))).toBe('/signin?error=wrong_credentials')
  })

  test('after ten minutes', async () => {
    await using slow = await openWithLogin()
    const begun = await begin(slow)
    await slow.deps.clock.advance(600_000)
    expect(refusalOf(await comeBack(slow, begun))).toBe('/signin?error=gone')
  })

  test('that is a refusal itself', async () => {
    const { callback, cookie } = await begin(api)
    const state = new URL(callback, 'http://localhost').searchParams.get('state') ?? ''
    const query = new URLSearchParams({ error: 'access_denied', error_description: '<script>', state })
    const refused = callback.replace(/\?.*/, `?${query}`)
    expect(refusalOf(await comeBack(api, { callback: refused, cookie }))).toBe('/signin?error=wrong_credentials')
  })
})

describe('the provider', () => {
  test('may be away: that is said, and the next login asks anew', async () => {
    await using unlucky = await openWithLogin()
    provider.lies = { instead: { '/.well-known/openid-configuration': () => new Response('', { status: 503 }) } }
    expect(refusalOf(await unlucky.ask('/api/v1/sign-in/oidc'))).toBe('/signin?error=unavailable')
    provider.lies = {}
    const begun = await begin(unlucky)
    provider.lies = { instead: { '/token': () => new Response('', { status: 502 }) } }
    expect(refusalOf(await comeBack(unlucky, begun))).toBe('/signin?error=unavailable')
  })

  test('is not followed to elsewhere', async () => {
    await using other = await openOidcProvider()
    const elsewhere = (path: string) => () => Response.redirect(`${other.issuer}${path}`, 307)
    for (const path of ['/.well-known/openid-configuration', '/token', '/jwks']) {
      await using led = await openWithLogin()
      provider.lies = { instead: { [path]: elsewhere(path) } }
      const begun = await led.ask('/api/v1/sign-in/oidc')
      if (path.startsWith('/.well')) expect(refusalOf(begun)).toBe('/signin?error=unavailable')
      else expect(refusalOf(await comeBack(led, await begin(led)))).toStartWith('/signin?error=')
    }
    expect(other.asked).toEqual([])
  })

  test('cannot make us read without end', async () => {
    await using flooded = await openWithLogin()
    const endless = () =>
      new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(65_536).fill(32)) }))
    provider.lies = { instead: { '/.well-known/openid-configuration': endless } }
    expect(refusalOf(await flooded.ask('/api/v1/sign-in/oidc'))).toBe('/signin?error=unavailable')
  })

  test('must be the issuer that was configured', async () => {
    provider.lies = { discovery: { issuer: 'https://evil.example' } }
    await using deceived = await openWithLogin()
    expect(refusalOf(await deceived.ask('/api/v1/sign-in/oidc'))).toBe('/signin?error=unavailable')
  })

  test('is asked for its own description once', async () => {
    await using busy = await openWithLogin()
    const before = provider.asked.length
    await Promise.all([1, 2, 3].map(() => busy.ask('/api/v1/sign-in/oidc')))
    await busy.ask('/api/v1/sign-in/oidc')
    expect(provider.asked.slice(before)).toEqual(['/.well-known/openid-configuration'])
  })
})

describe('the log', () => {
  test('holds no code, token or secret, whatever goes well or wrong', async () => {
    const program = Bun.spawn([process.execPath, new URL('oidc-log-program.ts', import.meta.url).pathname], {
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [code, secrets, log] = await Promise.all([
      program.exited,
      new Response(program.stdout).json() as Promise<string[]>,
      new Response(program.stderr).text(),
    ])
    expect(code).toBe(0)
    expect(secrets.length).toBeGreaterThan(30)
    expect(log.match(/somebody could not sign in by the organisation/g)).toHaveLength(6)
    for (const secret of secrets) expect(log).not.toContain(secret)
  }, 30_000)
})
