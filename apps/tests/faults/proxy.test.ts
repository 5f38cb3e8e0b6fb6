import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { eventually } from '../src/eventually.ts'
import { type FaultProxy, startFaultProxy } from '../src/fault-proxy.ts'

describe('a link that can fail', () => {
  let echo: Server
  let echoed = ''
  let chunks = 0
  let proxy: FaultProxy

  beforeEach(async () => {
    echoed = ''
    chunks = 0
    echo = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (chunk) => {
        echoed += chunk
        chunks += 1
        socket.write(chunk)
      })
    })
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
    proxy = await startFaultProxy({ upstreamPort: portOf(echo) })
  })

  afterEach(async () => {
    await proxy.stop()
    await new Promise((resolve) => echo.close(resolve))
  })

  test('passes bytes both ways', async () => {
    const caller = await call(proxy.port)
    caller.write('hello')
    await eventually('the echo', () => caller.heard() === 'hello')
  })

  test('holds back what it drops and delivers it once it heals, as TCP does', async () => {
    const caller = await call(proxy.port)
    proxy.setMode({ kind: 'drop' })
    caller.write('one')
    const other = await call(proxy.port)
    other.write('two')
    await Bun.sleep(100)
    expect(echoed).toBe('')
    proxy.setMode({ kind: 'pass' })
    await eventually('both echoes', () => caller.heard() === 'one' && other.heard() === 'two')
  })

  test('forgets what it held back of a connection that is reset meanwhile', async () => {
    const caller = await call(proxy.port)
    proxy.setMode({ kind: 'drop' })
    caller.write('too late')
    await eventually('the connection', () => proxy.connections === 1)
    proxy.setMode({ kind: 'reset' })
    proxy.setMode({ kind: 'pass' })
    await eventually('the reset', () => caller.hasEnded())
    const newcomer = await call(proxy.port)
    newcomer.write('new')
    await eventually('the echo', () => newcomer.heard() === 'new')
    expect(echoed).toBe('new')
  })

  test('half-open, lets questions through and swallows answers, and its connections are dead afterwards', async () => {
    const caller = await call(proxy.port)
    proxy.setMode({ kind: 'half-open' })
    caller.write('question')
    await eventually('the question', () => echoed === 'question')
    expect(caller.heard()).toBe('')
    proxy.setMode({ kind: 'pass' })
    await eventually('the end', () => caller.hasEnded())
  })

  test('resets every connection, those that stand and those that come', async () => {
    const caller = await call(proxy.port)
    proxy.setMode({ kind: 'reset' })
    await eventually('the reset', () => caller.hasEnded())
    const newcomer = await call(proxy.port)
    await eventually('the reset of the newcomer', () => newcomer.hasEnded())
  })

  test('delays many at once, each by its own time, and lets none overtake another', async () => {
    const caller = await call(proxy.port)
    proxy.setMode({ kind: 'delay', ms: 100, jitterMs: 0 })
    const startedAt = performance.now()
    for (const letter of 'abcde') {
      caller.write(letter)
      await Bun.sleep(5)
    }
    await eventually('the echo', () => caller.heard() === 'abcde')
    const tookMs = performance.now() - startedAt
    expect(tookMs).toBeGreaterThan(190)
    expect(tookMs).toBeLessThan(900)
  })

  test('slices what it carries', async () => {
    const caller = await call(proxy.port)
    proxy.setMode({ kind: 'slice', bytes: 2 })
    caller.write('abcdefgh')
    await eventually('the echo', () => caller.heard() === 'abcdefgh')
    expect(chunks).toBeGreaterThan(1)
  })

  test('is as narrow as it is told to be', async () => {
    const caller = await call(proxy.port)
    proxy.setMode({ kind: 'bandwidth', bytesPerSecond: 10_000 })
    const startedAt = performance.now()
    caller.write('x'.repeat(2_000))
    await eventually('the echo', () => caller.heard().length === 2_000)
    expect(performance.now() - startedAt).toBeGreaterThan(380)
  })

  test('leads new connections to where it is told', async () => {
    const other = createServer((socket) => socket.end('other'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    proxy.setUpstream(portOf(other))
    const caller = await call(proxy.port)
    await eventually('the other server', () => caller.heard() === 'other')
    await new Promise((resolve) => other.close(resolve))
  })
})

function portOf(server: Server): number {
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function call(port: number) {
  let heard = ''
  let hasEnded = false
  const socket: Socket = connect({ port, host: '127.0.0.1' })
  socket.setNoDelay(true)
  socket.on('data', (chunk) => {
    heard += chunk
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    hasEnded = true
  })
  await new Promise<void>((resolve) => {
    socket.once('connect', () => resolve())
    socket.once('close', () => resolve())
  })
  return { write: (text: string) => socket.write(text), heard: () => heard, hasEnded: () => hasEnded }
}
