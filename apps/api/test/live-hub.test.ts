import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { type Problem, problemSchema } from '@repo/contracts/problem'
import type { Watching as Watched } from '@repo/contracts/watching'
import { parseWorkspaceId } from '@repo/domain/ids'
import { eventually } from '@repo/streams/testing/eventually'
import { type LiveRig, openLiveRig } from './live-rig.ts'

let rig: LiveRig
beforeAll(async () => {
  rig = await openLiveRig({ socketsPerWorkspace: 4, socketsPerPerson: 3 })
})
afterAll(() => rig[Symbol.asyncDispose]())

const typesOf = ({ frames }: { frames: readonly { type: string }[] }) => frames.map(({ type }) => type)

/** A client that says hello and then nothing any more, and answers no ping. */
async function openMute({ url, token }: { url: string; token: string }): Promise<{ socket: Socket; heard(): string }> {
  const { hostname, port, pathname } = new URL(url)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  const headers = [
    `GET ${pathname} HTTP/1.1`,
    `Host: ${hostname}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Authorization: ${token}`,
  ]
  socket.write(`${headers.join('\r\n')}\r\n\r\n`)
  await eventually('hello comes', () => text.includes('"hello"'))
  return { socket, heard: () => text }
}

describe('who comes back to the live socket', () => {
  test('hears what was missed, once and in order, and then what comes', async () => {
    const { token, workspaceId } = rig.addPrincipal()
    const first = await rig.watch(token)
    const seen = await rig.tell(workspaceId, 2)
    await eventually('it is heard', () => first.told.length === 2)
    first[Symbol.dispose]()
    await first.closed
    const missed = await rig.tell(workspaceId, 3)

    using back = await rig.watch(token, first.lastId)
    await eventually('the missed come', () => back.told.length === 3)
    const next = await rig.tell(workspaceId)
    await eventually('the next comes', () => back.told.length === 4)
    expect(first.told).toEqual(seen)
    expect(back.told).toEqual([...missed, ...next])
    expect(back.frames[0]).toMatchObject({ type: 'hello', id: first.lastId })
    expect(typesOf(back)).not.toContain('gap')
  })

  test('hears of nothing where nothing was missed', async () => {
    const { token } = rig.addPrincipal()
    using first = await rig.watch(token)
    using back = await rig.watch(token, first.lastId)
    using fresh = await rig.watch(token)
    expect(typesOf(back)).toEqual(['hello'])
    expect(back.lastId).toBe(first.lastId)
    expect(typesOf(fresh)).toEqual(['hello'])
  })

  test('hears of a gap after too long, and can come back from there', async () => {
    await using own = await openLiveRig()
    const { token, workspaceId } = own.addPrincipal()
    using first = await own.watch(token)
    await own.tell(workspaceId)
    await eventually('it is heard', () => first.told.length === 1)
    await own.clock.jump(300_001)
    const { id } = first.frames[0] as { id: string }
    using late = await own.watch(token, id)
    await eventually('a gap comes', () => late.frames.length === 2)
    expect(typesOf(late)).toEqual(['hello', 'gap'])
    expect(late.lastId).toBe(first.lastId)
    using again = await own.watch(token, late.lastId)
    expect(typesOf(again)).toEqual(['hello'])
  })

  test('with an id of another workspace hears of a gap, and nothing of the other', async () => {
    const [own, foreign] = [rig.addPrincipal(), rig.addPrincipal()]
    using other = await rig.watch(foreign.token)
    const { lastId } = other
    await rig.tell(foreign.workspaceId)
    await eventually('it is heard', () => other.told.length === 1)
    using back = await rig.watch(own.token, lastId)
    await eventually('a gap comes', () => back.frames.length === 2)
    expect(typesOf(back)).toEqual(['hello', 'gap'])
  })

  test('is waited for: the workspace is wanted for as long as its frames are held', async () => {
    await using own = await openLiveRig({ ringMs: 60_000 })
    const { token, workspaceId } = own.addPrincipal()
    const ending = new AbortController()
    const wanted: Watched[] = []
    await own.backend.watching.subscribe((watched) => wanted.push(watched), ending.signal)
    const first = await own.watch(token)
    await eventually('it is told at once', () => wanted.length === 1)
    expect(wanted).toEqual([{ workspaceIds: [workspaceId] }])
    first[Symbol.dispose]()
    await first.closed
    await own.clock.advance(59_000)
    await eventually('it is still told', () => wanted.length >= 14)
    await own.clock.advance(22_000)
    const toldOf = wanted.length
    await own.clock.advance(60_000)
    expect(wanted.length).toBe(toldOf)
    ending.abort()
  })
})

describe('a live connection', () => {
  test('hears a heartbeat every 20 seconds', async () => {
    await using own = await openLiveRig()
    using watching = await own.watch(own.addPrincipal().token)
    await own.clock.advance(19_999)
    expect(typesOf(watching)).toEqual(['hello'])
    await own.clock.advance(1)
    await eventually('it comes', () => watching.frames.length === 2)
    expect(watching.frames[1]).toEqual({ type: 'heartbeat', at: '2026-06-01T12:00:20.000Z' })
  })

  test('is cut off where nobody answers any more, and no other is', async () => {
    await using own = await openLiveRig()
    const { token, workspaceId } = own.addPrincipal()
    using living = await own.watch(token)
    const mute = await openMute({ url: own.url, token })
    for (const beats of [1, 2, 3]) {
      await own.clock.advance(20_000)
      await eventually('the living one hears it', () => living.frames.length === 1 + beats)
      await Bun.sleep(20)
      if (beats < 3) expect(mute.socket.readyState).toBe('open')
    }
    await eventually('it is closed', () => mute.socket.readyState === 'closed')
    await own.tell(workspaceId)
    await eventually('the living one lives', () => living.told.length === 1)
  })

  test('hears of a gap where the bus was away', async () => {
    await using own = await openLiveRig()
    const { token } = own.addPrincipal()
    using watching = await own.watch(token)
    const { lastId } = watching
    own.missSomething()
    await eventually('a gap comes', () => watching.frames.length === 2)
    expect(typesOf(watching)).toEqual(['hello', 'gap'])
    using back = await own.watch(token, lastId)
    await eventually('another gap comes', () => back.frames.length === 2)
    expect(typesOf(back)).toEqual(['hello', 'gap'])
  })
})

describe('a live connection is closed with 4401', () => {
  const revocations = [
    ['its session ends', 'session', (id: string) => ({ sessionIds: [id] })],
    ['its key is revoked', 'key', (id: string) => ({ keyIds: [id] })],
    ['what its person may do changes', 'session', (_id: string, userId: string) => ({ userIds: [userId] })],
    ['the maker of its key leaves', 'key', (_id: string, userId: string) => ({ userIds: [userId] })],
  ] as const
  test.each(revocations)('as soon as %s, and no other is', async (_when, kind, revokedOf) => {
    const workspaceId = parseWorkspaceId(crypto.randomUUID())
    const [ending, staying] = [rig.addPrincipal({ kind, workspaceId }), rig.addPrincipal({ kind, workspaceId })]
    using first = await rig.watch(ending.token)
    using other = await rig.watch(staying.token)
    await rig.backend.revocations.publish(revokedOf(ending.id, ending.userId))
    expect(await first.closed).toMatchObject({ code: 4401, reason: 'revoked' })
    expect(rig.forgotten).toContainEqual(revokedOf(ending.id, ending.userId))
    await rig.tell(workspaceId)
    await eventually('the other hears', () => other.told.length === 1)
    expect(first.told).toEqual([])
  })

  test('not by the id of a key that is like that of its session', async () => {
    const { id, token, workspaceId } = rig.addPrincipal()
    using watching = await rig.watch(token)
    await rig.backend.revocations.publish({ keyIds: [id] })
    await rig.tell(workspaceId)
    await eventually('it still hears', () => watching.told.length === 1)
  })

  test('within 5 seconds where nobody told of the revocation', async () => {
    await using own = await openLiveRig()
    const [ending, staying] = [own.addPrincipal(), own.addPrincipal()]
    using first = await own.watch(ending.token)
    using second = await own.watch(ending.token)
    using other = await own.watch(staying.token)
    own.ended.add(ending.id)
    await own.clock.advance(2_500)
    expect((await first.closed).code).toBe(4401)
    expect((await second.closed).code).toBe(4401)
    expect(own.asked.map((principals) => principals.length)).toEqual([2])
    await own.clock.advance(2_500)
    await own.tell(staying.workspaceId)
    await eventually('the other hears', () => other.told.length === 1)
  })

  test('in the one workspace of a session that its person has left', async () => {
    await using own = await openLiveRig()
    const left = own.addPrincipal()
    const kept = own.addPrincipal({ id: left.id, userId: left.userId })
    using first = await own.watch(left.token)
    using second = await own.watch(kept.token)
    own.ended.add(left.workspaceId)
    await own.clock.advance(2_500)
    expect((await first.closed).code).toBe(4401)
    await own.tell(kept.workspaceId)
    await eventually('the other hears', () => second.told.length === 1)
  })

  test('where it was opened with a role that its person has lost since', async () => {
    await using own = await openLiveRig()
    const before = own.addPrincipal({ role: 'admin' })
    const after = own.addPrincipal({ ...before, role: 'viewer' })
    using first = await own.watch(before.token)
    using second = await own.watch(after.token)
    own.ended.add('admin')
    await own.clock.advance(2_500)
    expect((await first.closed).code).toBe(4401)
    await own.tell(after.workspaceId)
    await eventually('the other hears', () => second.told.length === 1)
  })

  test('when its session expires', async () => {
    await using own = await openLiveRig()
    const { token } = own.addPrincipal({ expiresAtMs: own.clock.nowMs() + 4_000 })
    using watching = await own.watch(token)
    await own.clock.advance(2_500)
    expect(typesOf(watching)).toEqual(['hello'])
    await own.clock.advance(2_500)
    expect(await watching.closed).toMatchObject({ code: 4401, reason: 'expired' })
  })

  test('not where it was opened while the others were asked about', async () => {
    await using own = await openLiveRig()
    const { token, workspaceId } = own.addPrincipal()
    using _first = await own.watch(token)
    const answer = own.holdAnswers()
    await own.clock.advance(2_500)
    const late = own.addPrincipal({ workspaceId })
    using second = await own.watch(late.token)
    answer()
    await own.clock.advance(1)
    await own.tell(workspaceId)
    await eventually('it hears', () => second.told.length === 1)
    expect(own.asked).toHaveLength(1)
  })

  test('not while it cannot be asked whether it still holds', async () => {
    await using own = await openLiveRig()
    const { token, workspaceId } = own.addPrincipal()
    using watching = await own.watch(token)
    own.failToAnswer()
    await own.clock.advance(40_000)
    await own.tell(workspaceId)
    await eventually('it still hears', () => watching.told.length === 1)
  })

  test('and hears nothing after that, whatever it does', async () => {
    const { id, token, workspaceId } = rig.addPrincipal()
    const mute = await openMute({ url: rig.url, token })
    await rig.backend.revocations.publish({ sessionIds: [id] })
    await eventually('the close frame comes', () => mute.heard().includes('revoked'))
    await rig.tell(workspaceId)
    using other = await rig.watch(rig.addPrincipal({ workspaceId }).token)
    await rig.tell(workspaceId)
    await eventually('the other hears', () => other.told.length === 1)
    expect(mute.heard()).not.toContain('monitor.changed')
    mute.socket.destroy()
  })
})

describe('live connections are refused', () => {
  async function refusalTo(token: string): Promise<Problem> {
    const answer = await fetch(rig.url.replace('ws:', 'http:'), {
      headers: {
        authorization: token,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    })
    expect(answer.headers.get('retry-after')).toBe('60')
    return problemSchema.parse(await answer.json())
  }

  test('beyond so many for one person, until one of them is closed', async () => {
    const { token } = rig.addPrincipal()
    using _first = await rig.watch(token)
    using _second = await rig.watch(token)
    const third = await rig.watch(token)
    expect(await refusalTo(token)).toMatchObject({
      code: 'too_many_requests',
      detail: 'too many live connections: at most 3 for one person',
    })
    third[Symbol.dispose]()
    await third.closed
    using _again = await rig.watch(token)
  })

  test('beyond so many for one workspace, whoever comes', async () => {
    const workspaceId = parseWorkspaceId(crypto.randomUUID())
    const tokens = [1, 2, 3, 4, 5].map(() => rig.addPrincipal({ workspaceId }).token)
    await using stack = new AsyncDisposableStack()
    for (const token of tokens.slice(0, 4)) stack.use(await rig.watch(token))
    expect(await refusalTo(tokens[4] ?? '')).toMatchObject({ code: 'too_many_requests' })
  })

  test('also where they all come at once', async () => {
    const { token } = rig.addPrincipal()
    const tries = await Promise.allSettled(Array.from({ length: 12 }, () => rig.watch(token)))
    const opened = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    for (const watching of opened) watching[Symbol.dispose]()
    expect(opened).toHaveLength(3)
  })
})
