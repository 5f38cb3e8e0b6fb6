import { afterEach, describe, expect, test } from 'bun:test'
import type { LiveChange, LiveFrame } from '@repo/contracts/live'
import { liveUrl } from '../src/live/live-url.ts'
import { followLive } from '../src/live/socket.ts'

type Sent = LiveFrame | { type: 'of a later version' }

interface Connection {
  /** The query with which the page came. */
  readonly after: string | null
  send(...frames: readonly Sent[]): void
  close(code: number): void
}

const started: { stop(): void }[] = []
afterEach(() => {
  for (const one of started.splice(0)) one.stop()
})

/** A page that follows a server of the test's own. */
function startPage({ silentMs = 60_000, refuse = false, readUpTo = undefined as string | undefined } = {}) {
  const connections: Connection[] = []
  const said: string[] = []
  const server = Bun.serve<{ after: string | null }>({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request, own) {
      const after = new URL(request.url).searchParams.get('after')
      if (refuse) return new Response('', { status: 401 })
      return own.upgrade(request, { data: { after } }) ? undefined : new Response('', { status: 426 })
    },
    websocket: {
      open(socket) {
        connections.push({
          after: socket.data.after,
          send: (...frames) => {
            for (const frame of frames) socket.send(JSON.stringify(frame))
          },
          close: (code) => socket.close(code),
        })
      },
      message() {},
    },
  })
  const ending = new AbortController()
  const listener = {
    onBegin: (id: string) => void said.push(`begins after ${id}`),
    onGap: () => void said.push('gap'),
    onFrame: (frame: LiveChange) => void said.push('monitorId' in frame ? frame.monitorId : frame.type),
    onRefused: () => void said.push('refused'),
    isLeaving: () => false,
  }
  void followLive(
    { url: `ws://127.0.0.1:${server.port}/`, silentMs, readUpTo: () => readUpTo },
    listener,
    ending.signal,
  )
  started.push({
    stop() {
      ending.abort()
      void server.stop(true)
    },
  })
  return {
    said,
    connections,
    async connection(number: number): Promise<Connection> {
      await until(() => connections.length >= number)
      const connection = connections[number - 1]
      if (!connection) throw new Error('there is none')
      return connection
    },
  }
}

async function until(holds: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 10_000
  while (!holds()) {
    if (performance.now() > deadlineMs) throw new Error('did not come to be')
    await Bun.sleep(5)
  }
}

const at = '2026-11-24T00:00:00.000Z'
const hello = (id: string): LiveFrame => ({ type: 'hello', id, at })
const changed = (id: string, monitorId: string): LiveFrame => ({ type: 'monitor.changed', id, monitorId })

describe('a page that follows the live channel', () => {
  test('is told from where it is told when it connects for the first time', async () => {
    const page = startPage()
    const first = await page.connection(1)
    first.send(hello('e-0'), changed('e-1', 'a'))
    await until(() => page.said.length === 2)
    expect(first.after).toBeNull()
    expect(page.said).toEqual(['begins after e-0', 'a'])
  })

  test('is told from where it had read what it shows, where that is known', async () => {
    const page = startPage({ readUpTo: 'e-3' })
    const first = await page.connection(1)
    first.send(hello('e-3'), changed('e-4', 'a'))
    await until(() => page.said.length === 2)
    expect(first.after).toBe('e-3')
    expect(page.said).toEqual(['begins after e-3', 'a'])
    first.close(1012)
    expect((await page.connection(2)).after).toBe('e-4')
  })

  test('reads anew, and once, what it had read where it cannot be told from there', async () => {
    const page = startPage({ readUpTo: 'e-3' })
    const first = await page.connection(1)
    first.send(hello('f-9'), { type: 'gap', id: 'f-9' }, changed('f-10', 'a'))
    await until(() => page.said.length === 2)
    expect(page.said).toEqual(['gap', 'a'])
  })

  test('comes back with the last id it heard, and reads nothing anew', async () => {
    const page = startPage()
    const first = await page.connection(1)
    first.send(hello('e-0'), changed('e-1', 'a'), { type: 'heartbeat', at }, { type: 'of a later version' })
    await until(() => page.said.length === 2)
    first.close(1012)
    const second = await page.connection(2)
    second.send(hello('e-1'), changed('e-2', 'b'))
    await until(() => page.said.length === 3)
    expect(second.after).toBe('e-1')
    expect(page.said).toEqual(['begins after e-0', 'a', 'b'])
  })

  test('reads anew where it is told of a gap, and comes back to after it', async () => {
    const page = startPage()
    const first = await page.connection(1)
    first.send(hello('e-0'), { type: 'gap', id: 'f-7' })
    await until(() => page.said.length === 2)
    first.close(1012)
    const second = await page.connection(2)
    expect(page.said).toEqual(['begins after e-0', 'gap'])
    expect(second.after).toBe('f-7')
  })

  test('connects anew where it hears nothing for too long, and not while it hears heartbeats', async () => {
    const page = startPage({ silentMs: 300 })
    const first = await page.connection(1)
    first.send(hello('e-0'))
    for (let beats = 0; beats < 6; beats += 1) {
      await Bun.sleep(100)
      first.send({ type: 'heartbeat', at })
    }
    expect(page.connections).toHaveLength(1)
    const second = await page.connection(2)
    expect(second.after).toBe('e-0')
    expect(page.said).toEqual(['begins after e-0'])
  })

  test('connects anew where it is let in and then hears nothing at all', async () => {
    const page = startPage({ silentMs: 100 })
    const second = await page.connection(2)
    expect(second.after).toBeNull()
  })

  test('asks whether it is still signed in where its session is said to be over', async () => {
    const page = startPage()
    const first = await page.connection(1)
    first.send(hello('e-0'))
    await until(() => page.said.length === 1)
    first.close(4401)
    await until(() => page.said.length === 2)
    expect(page.said).toEqual(['begins after e-0', 'refused'])
  })

  test('asks so too where no connection is to be had', async () => {
    const page = startPage({ refuse: true })
    await until(() => page.said.length > 0)
    expect(page.said).toEqual(['refused'])
  })

  test('goes to the origin of the page, over TLS where that has it', () => {
    expect(liveUrl({ protocol: 'http:', host: 'localhost:3000' })).toBe('ws://localhost:3000/api/v1/live')
    expect(liveUrl({ protocol: 'https:', host: 'up.example' })).toBe('wss://up.example/api/v1/live')
  })
})
