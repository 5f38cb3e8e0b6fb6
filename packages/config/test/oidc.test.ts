import { describe, expect, test } from 'bun:test'
import { readEnvironment } from '../src/environment.ts'
import { oidcOf, oidcShape } from '../src/oidc.ts'

const read = (env: Record<string, string>) => oidcOf(readEnvironment(env, oidcShape))
const whole = { OIDC_ISSUER: 'https://id.example/realm', OIDC_CLIENT_ID: 'uptime', OIDC_CLIENT_SECRET: 'secret' }

describe('the login of an organisation', () => {
  test('is said by an issuer and a client', () => {
    expect(read(whole)).toEqual({
      issuer: 'https://id.example/realm',
      clientId: 'uptime',
      clientSecret: 'secret',
      name: 'single sign-on',
      allowedDomains: [],
    })
  })

  test('has a name, and domains whose people may come, without case', () => {
    const login = read({ ...whole, OIDC_NAME: 'Acme', OIDC_ALLOWED_DOMAINS: 'Acme.example, sub.acme.example' })
    expect(login).toMatchObject({ name: 'Acme', allowedDomains: ['acme.example', 'sub.acme.example'] })
  })

  test('need not be', () => {
    expect(read({})).toBeUndefined()
  })

  test('may be without TLS on this machine only', () => {
    for (const issuer of ['http://localhost:8080/', 'http://127.0.0.1:8080', 'http://[::1]'])
      expect(read({ ...whole, OIDC_ISSUER: issuer })).toMatchObject({ issuer })
    for (const issuer of ['http://id.example', 'http://127.0.0.1.evil.example', 'http://10.0.0.1'])
      expect(() => read({ ...whole, OIDC_ISSUER: issuer })).toThrow('OIDC_ISSUER: takes https')
  })

  test.each(Object.keys(whole))('is not half there: without %s', (name) => {
    const half = Object.fromEntries(Object.entries(whole).filter(([other]) => other !== name))
    expect(() => read(half)).toThrow(`${name}: is not set`)
  })

  test.each(['@acme.example', 'acme', '*.acme.example', 'https://acme.example'])('takes no domain like %p', (wrong) => {
    expect(() => read({ ...whole, OIDC_ALLOWED_DOMAINS: wrong })).toThrow('OIDC_ALLOWED_DOMAINS: takes domains')
  })
})
