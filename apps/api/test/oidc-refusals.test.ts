import { describe, expect, test } from 'bun:test'
import { clientId, type Lies, openOidcProvider } from '../testing/oidc-provider.ts'
import { type Begun, begin, comeBack, countUsers, placeOf, refusalOf, signIn } from './oidc-browser.ts'
import { openOidcGround } from './oidc-ground.ts'

const oidc = openOidcGround()

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
    const before = await countUsers(oidc.api)
    const begun = await begin(oidc.api)
    oidc.provider.lies = told
    expect(refusalOf(await comeBack(oidc.api, begun))).toBe('/signin?error=wrong_credentials')
    expect(await countUsers(oidc.api)).toBe(before)
  })

  test('that is not signed, also where the provider says that it signs nothing', async () => {
    oidc.provider.lies = { signature: 'none', discovery: { id_token_signing_alg_values_supported: ['none', 'RS256'] } }
    await using trusting = await oidc.openWithLogin()
    expect(refusalOf(await signIn(trusting))).toBe('/signin?error=wrong_credentials')
  })

  test('with another state, which leaves the login that was begun', async () => {
    const { callback, cookie } = await begin(oidc.api)
    const forged = callback.replace(/state=[\w-]+/, 'state=forged')
    expect(refusalOf(await comeBack(oidc.api, { callback: forged, cookie }))).toBe('/signin?error=gone')
    expect(refusalOf(await comeBack(oidc.api, { callback: forged.replace(/&?state=forged/, ''), cookie }))).toBe(
      '/signin?error=gone',
    )
    expect(placeOf(await comeBack(oidc.api, { callback, cookie }))).toBe('/')
  })

  test('in a browser that did not begin', async () => {
    const [mine, theirs] = [await begin(oidc.api), await begin(oidc.api)]
    for (const cookie of [
      '',
      theirs.cookie,
      `betteruptime_login=${crypto.randomUUID()}`,
      "betteruptime_login=' or 1=1",
    ])
      expect(refusalOf(await comeBack(oidc.api, { callback: mine.callback, cookie }))).toBe('/signin?error=gone')
  })

  test('for the second time', async () => {
    const begun = await begin(oidc.api)
    const exchanges = oidc.provider.exchanges.length
    expect(placeOf(await comeBack(oidc.api, begun))).toBe('/')
    expect(refusalOf(await comeBack(oidc.api, begun))).toBe('/signin?error=gone')
    expect(oidc.provider.exchanges.length).toBe(exchanges + 1)
  })

  test('with a code that was used in another login', async () => {
    const [first, second] = [await begin(oidc.api), await begin(oidc.api)]
    const codeOf = ({ callback }: Begun) => new URL(callback, 'http://localhost').searchParams.get('code') ?? ''
    const replayed = { ...second, callback: second.callback.replace(codeOf(second), codeOf(first)) }
    // The code is good, but was given for another PKCE challenge.
    expect(refusalOf(await comeBack(oidc.api, replayed))).toBe('/signin?error=wrong_credentials')
  })

  test('after ten minutes', async () => {
    await using slow = await oidc.openWithLogin()
    const begun = await begin(slow)
    await slow.deps.clock.advance(600_000)
    expect(refusalOf(await comeBack(slow, begun))).toBe('/signin?error=gone')
  })

  test('that is a refusal itself', async () => {
    const { callback, cookie } = await begin(oidc.api)
    const state = new URL(callback, 'http://localhost').searchParams.get('state') ?? ''
    const query = new URLSearchParams({ error: 'access_denied', error_description: '<script>', state })
    const refused = callback.replace(/\?.*/, `?${query}`)
    expect(refusalOf(await comeBack(oidc.api, { callback: refused, cookie }))).toBe('/signin?error=wrong_credentials')
  })
})

describe('the provider', () => {
  test('may be away: that is said, and the next login asks anew', async () => {
    await using unlucky = await oidc.openWithLogin()
    oidc.provider.lies = { instead: { '/.well-known/openid-configuration': () => new Response('', { status: 503 }) } }
    expect(refusalOf(await unlucky.ask('/api/v1/sign-in/oidc'))).toBe('/signin?error=unavailable')
    oidc.provider.lies = {}
    const begun = await begin(unlucky)
    oidc.provider.lies = { instead: { '/token': () => new Response('', { status: 502 }) } }
    expect(refusalOf(await comeBack(unlucky, begun))).toBe('/signin?error=unavailable')
  })

  test('is not followed to elsewhere', async () => {
    await using other = await openOidcProvider()
    const elsewhere = (path: string) => () => Response.redirect(`${other.issuer}${path}`, 307)
    for (const path of ['/.well-known/openid-configuration', '/token', '/jwks']) {
      await using led = await oidc.openWithLogin()
      oidc.provider.lies = { instead: { [path]: elsewhere(path) } }
      const begun = await led.ask('/api/v1/sign-in/oidc')
      if (path.startsWith('/.well')) expect(refusalOf(begun)).toBe('/signin?error=unavailable')
      else expect(refusalOf(await comeBack(led, await begin(led)))).toStartWith('/signin?error=')
    }
    expect(other.asked).toEqual([])
  })

  test('cannot make us read without end', async () => {
    await using flooded = await oidc.openWithLogin()
    const endless = () =>
      new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(65_536).fill(32)) }))
    oidc.provider.lies = { instead: { '/.well-known/openid-configuration': endless } }
    expect(refusalOf(await flooded.ask('/api/v1/sign-in/oidc'))).toBe('/signin?error=unavailable')
  })

  test('must be the issuer that was configured', async () => {
    oidc.provider.lies = { discovery: { issuer: 'https://evil.example' } }
    await using deceived = await oidc.openWithLogin()
    expect(refusalOf(await deceived.ask('/api/v1/sign-in/oidc'))).toBe('/signin?error=unavailable')
  })

  test('is asked for its own description once', async () => {
    await using busy = await oidc.openWithLogin()
    const before = oidc.provider.asked.length
    await Promise.all([1, 2, 3].map(() => busy.ask('/api/v1/sign-in/oidc')))
    await busy.ask('/api/v1/sign-in/oidc')
    expect(oidc.provider.asked.slice(before)).toEqual(['/.well-known/openid-configuration'])
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
