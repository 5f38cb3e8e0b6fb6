import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { openDatabase } from '@repo/db/database'
import { createMonitor } from '@repo/db/queries/monitors'
import { makeMonitor } from '@repo/db/testing/populate'
import type { Region } from '@repo/domain/region'
import { noonMs } from '@repo/domain/testing'
import { createAuthenticator } from '../src/access/authenticator.ts'
import { createApp } from '../src/app.ts'
import { closedFrontDoor } from '../src/front-door.ts'
import { type ApiInstance, type Asked, openApi, problemOf, refusalOf, requestOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

describe('a request that cannot be answered is a problem document with a stable code', () => {
  const json = { 'content-type': 'application/json' }
  const large = 'x'.repeat(2 * 1_048_576)
  const cases: [string, string, Asked, string][] = [
    ['an unknown route of the first API', '/users/unknown', {}, '404 not_found'],
    ['an unknown route of the v1 API', '/api/v1/unknown', {}, '404 not_found'],
    ['an unknown version of the API', '/api/v2/monitors', {}, '404 not_found'],
    ['a page where no dashboard is served', '/monitors', {}, '404 not_found'],
    [
      'a known route by a method that it does not have',
      '/website/create',
      { method: 'DELETE' },
      '405 method_not_allowed',
    ],
    ['a body that is not JSON', '/users/signup', { body: '{"username": "a"', headers: json }, '400 invalid_body'],
    ['a body that is a JSON text', '/users/signup', { body: '"ada"', headers: json }, '400 invalid_body'],
    ['a body that is a JSON list', '/users/signup', { body: '[]', headers: json }, '400 invalid_body'],
    ['a body that is null', '/users/signup', { body: 'null', headers: json }, '400 invalid_body'],
    [
      'a form',
      '/users/signin',
      { body: 'username=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      '415 unsupported_media_type',
    ],
    [
      'JSON that says it is text',
      '/users/signin',
      { body: '{}', headers: { 'content-type': 'text/plain' } },
      '415 unsupported_media_type',
    ],
    [
      'a body of two megabytes',
      '/users/signup',
      { body: { username: large, password: 'a long secret' } },
      '413 too_large',
    ],
  ]
  test.each(cases)('%s (%s)', async (_what, path, asked, refusal) => {
    expect(await refusalOf(await api.ask(path, asked))).toBe(refusal)
  })

  const authenticated: [string, Asked, string][] = [
    ['a body of two megabytes', { body: { name: large } }, '413 too_large'],
    ['a body that is not JSON', { body: '{', headers: json }, '400 invalid_body'],
    [
      'a form',
      { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      '415 unsupported_media_type',
    ],
    [
      'JSON that says it is text',
      { body: '{}', headers: { 'content-type': 'text/plain' } },
      '415 unsupported_media_type',
    ],
  ]
  test.each(authenticated)('%s, sent to the v1 API', async (_what, asked, refusal) => {
    const { token } = await api.addPerson()
    expect(await refusalOf(await api.ask('/api/v1/monitors', { ...asked, token }))).toBe(refusal)
  })

  test('two megabytes that do not say how much they are, over the wire', async () => {
    await using server = await api.listen()
    const chunk = new Uint8Array(65_536).fill(0x20)
    let sent = 0
    const body = new ReadableStream({
      pull(controller) {
        sent += 1
        if (sent > 32) controller.close()
        else controller.enqueue(chunk)
      },
    })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${server.url}/users/signup`, { method: 'POST', headers, body })
    expect(await refusalOf(answer)).toBe('413 too_large')
  })

  test('a fault of ours, which says nothing about itself', async () => {
    const { token, workspaceId } = await api.addPerson()
    // No row that we could have written, and none that one look hides from the next.
    const spoilt = makeMonitor(workspaceId, { regions: ['A SECRET REGION' as Region] })
    await createMonitor(api.deps.sql, spoilt, noonMs)
    expect(await problemOf(await api.ask(`/api/v1/monitors/${spoilt.id}`, { token }))).toEqual({
      type: 'about:blank',
      title: 'Something on our side failed',
      status: 500,
      code: 'internal',
    })
  })

  test('a database that is away, which passes', async () => {
    const { token } = await api.addPerson()
    await using nowhere = openDatabase('postgresql://127.0.0.1:1/none', { connections: 1, onError: () => {} })
    const { tokens, clock, log } = api.deps
    const authenticator = createAuthenticator({ sql: nowhere.sql, tokens, clock, log })
    const app = createApp({ ...api.deps, sql: nowhere.sql, authenticator }, { frontDoor: closedFrontDoor })
    expect(await refusalOf(await app.request('/api/v1/session', requestOf({ token })))).toBe('503 unavailable')
  })
})

describe('another site’s page', () => {
  const origin = 'https://customer.example'

  test.each([['/test'], ['/users/signin'], ['/website/create'], ['/users/status/x'], ['/api/v1/monitors']])(
    'may ask %s with a token, after asking whether it may',
    async (path) => {
      const answer = await api.ask(path, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      })
      expect(answer.status).toBe(204)
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
      expect(answer.headers.get('access-control-allow-headers')?.toLowerCase()).toStartWith(
        'authorization,content-type,',
      )
      const methods = answer.headers.get('access-control-allow-methods')?.split(',') ?? []
      expect(methods).toEqual(expect.arrayContaining(['GET', 'POST', 'PATCH', 'DELETE']))
    },
  )

  test.each([
    ['an answer', '/test', 200],
    ['a refusal', '/api/v1/monitors', 401],
    ['an unknown route', '/api/v1/unknown', 404],
  ])('may read %s, and is never sent along a cookie', async (_what, path, status) => {
    const answer = await api.ask(path, { headers: { origin } })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  })
})
