import { describe, expect, test } from 'bun:test'
import { ownPath } from '../src/routes/oidc.ts'
import { openApi } from './instance.ts'
import { begin, comeBack, placeOf, refusalOf } from './oidc-browser.ts'
import { openOidcGround } from './oidc-ground.ts'

const oidc = openOidcGround()

describe('the address', () => {
  test('to come back to is the configured one, whatever a request says', async () => {
    for (const headers of [{ host: 'localhost:9999' }, { 'x-forwarded-host': 'evil.example' }, { host: '127.0.0.1' }]) {
      const answer = await oidc.api.ask('/api/v1/sign-in/oidc', { headers })
      const redirectUri = new URL(placeOf(answer)).searchParams.get('redirect_uri')
      expect(redirectUri).toBe('https://uptime.example.com/api/v1/sign-in/oidc/callback')
    }
  })

  test('is that of localhost where none was configured, and of nothing else', async () => {
    await using local = await oidc.openWithLogin({ publicUrl: undefined })
    const at = async (host: string) => placeOf(await local.ask('/api/v1/sign-in/oidc', { headers: { host } }))
    expect(await at('localhost:3000')).toContain(encodeURIComponent('http://localhost:3000/api/v1/'))
    for (const host of ['uptime.example.com', '127.0.0.1:3000'])
      expect(await at(host)).toBe('/signin?error=not_configured')
  })

  test('of nothing is gone to where there is no such login', async () => {
    await using bare = await openApi()
    for (const path of ['/api/v1/sign-in/oidc', '/api/v1/sign-in/oidc/callback?code=a&state=b'])
      expect(refusalOf(await bare.ask(path))).toBe('/signin?error=not_configured')
  })

  test('to go on to is the one that was asked for at the start', async () => {
    expect(placeOf(await comeBack(oidc.api, await begin(oidc.api, '/monitors?status=down')))).toBe(
      '/monitors?status=down',
    )
  })

  test('to go on to stays on our own origin', async () => {
    expect(placeOf(await comeBack(oidc.api, await begin(oidc.api, '//evil.example')))).toBe('/')
    const { callback, cookie } = await begin(oidc.api)
    expect(placeOf(await comeBack(oidc.api, { callback: `${callback}&next=//evil.example`, cookie }))).toBe('/')
  })

  const origin = 'https://uptime.example.com'
  const paths: [string, string][] = [
    ['/monitors', '/monitors'],
    ['/monitor?id=1&x=%2F', '/monitor?id=1&x=%2F'],
    ['/a/../b#c', '/b'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['\\\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/\n/evil.example', '/'],
    ['/.//evil.example', '/'],
    ['/a/..//evil.example', '/'],
    ['/%2e//evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['data:text/html,x', '/'],
    [' /monitors', '/'],
    ['monitors', '/'],
    ['', '/'],
    ['/@evil.example', '/@evil.example'],
    ['/\r\nSet-Cookie: a=b', '/Set-Cookie:%20a=b'],
  ]
  test.each(paths)('%p leads to %p', (wanted, place) => {
    expect(ownPath(wanted, origin)).toBe(place)
    expect(new URL(place, origin).origin).toBe(origin)
  })
})
