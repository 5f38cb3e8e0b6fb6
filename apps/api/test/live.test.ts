import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type LiveFrame, liveFrameSchema } from '@repo/contracts/live'
import { listSessions, revokeSession } from '@repo/db/queries/sessions'
import { parseMonitorId } from '@repo/domain/ids'
import { eventually } from '@repo/streams/testing/eventually'
import { type ApiInstance, type Listening, openApi, refusalOf } from './instance.ts'

let api: ApiInstance
let server: Listening
beforeAll(async () => {
  api = await openApi()
  server = await api.listen()
})
afterAll(async () => {
  await server.stop()
  await api[Symbol.asyncDispose]()
})

interface Watching extends Disposable {
  readonly frames: LiveFrame[]
  readonly closed: Promise<CloseEvent>
}

/** A socket that has heard `hello`. */
async function watch(headers: Record<string, string>, url = server.url, query = ''): Promise<Watching> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live${query}`, { headers })
  const frames: LiveFrame[] = []
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
  socket.addEventListener('message', ({ data }) => frames.push(liveFrameSchema.parse(JSON.parse(String(data)))))
  await Promise.race([
    eventually('a frame comes', () => frames.length > 0),
    closed.then(({ code }) => Promise.reject(new Error(`closed with ${code}`))),
  ])
  return { frames, closed, [Symbol.dispose]: () => socket.close() }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** What the server answers to the handshake of a socket, as an ordinary answer. */
function handshake(headers: Record<string, string>): Promise<Response> {
  return fetch(`${server.url}/api/v1/live`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  })
}

async function cookieOf(): Promise<string> {
  const { token } = await api.addPerson()
  return `betteruptime_session=${token}`
}

describe('the live socket', () => {
  test('says hello first', async () => {
    const { token } = await api.addPerson()
    using watching = await watch(bearer(token))
    expect(watching.frames).toEqual([{ type: 'hello', id: expect.any(String), at: '2026-06-01T12:00:00.000Z' }])
  })

  test('tells what happens in the workspace, in order, with growing ids', async () => {
    const { token } = await api.addPerson()
    using watching = await watch(bearer(token))
    const body = { spec: { kind: 'http', url: 'https://example.com' } }
    const created = (await (await api.ask('/api/v1/monitors', { token, body })).json()) as { id: string }
    await api.ask(`/api/v1/monitors/${created.id}/pause`, { token, method: 'POST' })
    await api.ask(`/api/v1/monitors/${created.id}`, { token, method: 'DELETE' })
    await eventually('four frames come', () => watching.frames.length === 4)
    const [, ...news] = watching.frames
    expect(news.map((frame) => frame.type)).toEqual(['monitor.changed', 'monitor.status', 'monitor.deleted'])
    const numbers = watching.frames.map((frame) => 'id' in frame && Number(frame.id.split('-')[1]))
    expect(numbers).toEqual([0, 1, 2, 3])
  })

  test('tells it to every socket of the workspace and to nobody else', async () => {
    const [own, foreign] = [await api.addPerson(), await api.addPerson()]
    using first = await watch(bearer(own.token))
    using second = await watch(bearer(own.token))
    using outside = await watch(bearer(foreign.token))
    const monitorId = parseMonitorId(crypto.randomUUID())
    const news = (workspaceId: string) =>
      api.deps.live.publish({ workspaceId, events: [{ type: 'monitor.changed', monitorId }] })
    await news(own.workspaceId)
    // What comes for the outsider afterwards shows that what was for the others has passed by.
    await news(foreign.workspaceId)
    await eventually('everybody has heard theirs', () =>
      [first, second, outside].every(({ frames }) => frames.length >= 2),
    )
    for (const { frames } of [first, second, outside])
      expect(frames.map((frame) => frame.type)).toEqual(['hello', 'monitor.changed'])
  })

  test('goes on from where something was read, as its answer names the place, and tells of what happened meanwhile', async () => {
    const { token, workspaceId } = await api.addPerson()
    const read = async () =>
      (await fetch(`${server.url}/api/v1/monitors`, { headers: bearer(token) })).headers.get('live-position')
    expect(await read()).toBeNull()
    using first = await watch(bearer(token))
    const [hello] = first.frames
    const position = await read()
    expect(position).toBe(hello && 'id' in hello ? hello.id : null)
    const monitorId = parseMonitorId(crypto.randomUUID())
    await api.deps.live.publish({ workspaceId, events: [{ type: 'monitor.changed', monitorId }] })
    await eventually('it is told', () => first.frames.length === 2)
    using second = await watch(bearer(token), server.url, `?after=${position}`)
    await eventually('it is told once more', () => second.frames.length === 2)
    expect(second.frames).toMatchObject([
      { type: 'hello', id: position },
      { type: 'monitor.changed', monitorId },
    ])
    expect(await read()).not.toBe(position)
  })

  test('takes the session of a browser from a page of ours', async () => {
    using watching = await watch({ cookie: await cookieOf(), origin: server.url })
    expect(watching.frames).toHaveLength(1)
  })

  test('ignores what a client says, and ends with one that says too much', async () => {
    const { token } = await api.addPerson()
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/live`, { headers: bearer(token) })
    const heard: unknown[] = []
    socket.addEventListener('message', ({ data }) => heard.push(data))
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
    await eventually('hello comes', () => heard.length === 1)
    socket.send('subscribe: everything')
    socket.send('x'.repeat(100_000))
    await closed
    expect(heard).toHaveLength(1)
  })

  test('closes with 4401 when its person signs out', async () => {
    const { token } = await api.addPerson()
    using watching = await watch(bearer(token))
    expect((await api.ask('/api/v1/session', { token, method: 'DELETE' })).status).toBe(204)
    expect((await watching.closed).code).toBe(4401)
    expect(await refusalOf(await handshake(bearer(token)))).toBe('401 unauthenticated')
  })

  test('closes with 4401 where only the database knows that its session has ended', async () => {
    const { id: userId, token } = await api.addPerson()
    const other = await api.addPerson()
    using watching = await watch(bearer(token))
    using staying = await watch(bearer(other.token))
    const { sql, clock } = api.deps
    for (const { id } of await listSessions(sql, userId, clock.nowMs()))
      await revokeSession(sql, { sessionId: id, userId, nowMs: clock.nowMs() })
    await clock.advance(5_000)
    expect((await watching.closed).code).toBe(4401)
    await api.deps.live.publish({
      workspaceId: other.workspaceId,
      events: [{ type: 'monitor.changed', monitorId: 'a' }],
    })
    await eventually('the other still hears', () => staying.frames.length === 2)
  })

  test('closes when the instance stops', async () => {
    const own = await api.listen()
    const { token } = await api.addPerson()
    using watching = await watch(bearer(token), own.url)
    const startedAtMs = performance.now()
    await own.stop()
    expect((await watching.closed).code).toBe(1012)
    expect(performance.now() - startedAtMs).toBeLessThan(900)
  })
})

describe('the live socket is not opened', () => {
  const cases: [string, () => Promise<Record<string, string>> | Record<string, string>, string][] = [
    ['for nobody', () => ({}), '401 unauthenticated'],
    ['for a forged token', () => bearer('forged'), '401 unauthenticated'],
    [
      'for a session that is asked for by another site',
      async () => ({ cookie: await cookieOf(), origin: 'https://evil.example' }),
      '403 forbidden_origin',
    ],
    [
      'for a request that wants none',
      async () => ({ ...bearer((await api.addPerson()).token), upgrade: 'h2c' }),
      '426 upgrade_required',
    ],
  ]
  test.each(cases)('%s', async (_for, makeHeaders, refusal) => {
    expect(await refusalOf(await handshake(await makeHeaders()))).toBe(refusal)
  })
})
