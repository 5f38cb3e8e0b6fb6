import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { Channel } from '../src/engine/channel.ts'
import type { Place } from '../src/engine/place.ts'
import { ProbeRun, type Stage } from '../src/engine/run.ts'
import { judgeHandshake, tlsOptions } from '../src/tls/handshake.ts'
import { type Identity, makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { startTalkingTarget } from '../testing/talking-target.ts'
import { type Step, startTarget, type TargetOptions } from '../testing/target.ts'
import { openDescriptors, running, until } from './probing.ts'

let authority: Identity
let identity: Identity
beforeAll(async () => {
  authority = await makeAuthority()
  identity = await makeCertificate({ names: ['127.0.0.1'], ca: authority })
})

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const judge = (connection: Parameters<typeof judgeHandshake>[0], error: Error | null) =>
  judgeHandshake(connection, error, { wishes: undefined, host: '127.0.0.1', nowMs: Date.now() })

function runFor(timeoutMs: number, signal = running): ProbeRun {
  const run = new ProbeRun(timeoutMs, signal)
  closing.push(() => run.finish())
  return run
}

async function openTo(
  script: readonly Step[],
  { run = runFor(500), ...options }: TargetOptions & { run?: ProbeRun } = {},
) {
  const site = await startTarget(script, { greets: true, ...options })
  closing.push(() => site.stop())
  const tls = options.tls ? tlsOptions(null, undefined, { ca: authority.cert }) : null
  const place: Place = { host: '127.0.0.1', port: site.port, addresses: ['127.0.0.1'], tls }
  const opened = await Channel.open(place, run, judge)
  closing.push(() => opened.channel.close('terminate'))
  return { ...opened, site, run }
}

async function readAll(channel: Channel, stage: Stage = 'talk') {
  let text = ''
  for (;;) {
    const heard = await channel.read(stage)
    if (heard.kind !== 'data') return { text, end: heard }
    text += heard.chunk.toString('latin1')
  }
}

describe('a channel', () => {
  test('is open when it is connected, and hears what came before anybody listened', async () => {
    const { channel, failure } = await openTo(['hello', { pauseMs: 20 }, ' there', 'FIN'])
    expect(failure).toBeNull()
    await Bun.sleep(60)
    expect(await readAll(channel)).toEqual({ text: 'hello there', end: { kind: 'closed', wasReset: false } })
  })

  test('hears a reset after what was said before it', async () => {
    const { channel } = await openTo(['bye', { pauseMs: 30 }, 'RST'])
    expect(await readAll(channel)).toEqual({ text: 'bye', end: { kind: 'closed', wasReset: true } })
  })

  test('says in which stage its time was over', async () => {
    const { channel } = await openTo([], { run: runFor(80) })
    expect(await channel.read('answer')).toMatchObject({ kind: 'failed', failure: { code: 'ANSWER_TIMEOUT' } })
  })

  test('stops waiting when its run is stopped', async () => {
    const stop = new AbortController()
    const { channel } = await openTo([], { run: runFor(20_000, stop.signal) })
    const reading = channel.read('answer')
    stop.abort()
    expect((await reading).kind).toBe('failed')
  })

  test('that nobody answers is refused', async () => {
    const place: Place = { host: 'a.example', port: 1, addresses: ['127.0.0.1'], tls: null }
    const { channel, failure } = await Channel.open(place, runFor(500))
    expect(failure?.code).toBe('TCP_REFUSED')
    channel.close()
  })

  test('takes no more than it is asked for from one that never stops', async () => {
    const { channel } = await openTo([{ endless: 'x'.repeat(4_096) }], { run: runFor(2_000) })
    const before = process.memoryUsage().rss
    await Bun.sleep(300)
    const heard = await channel.read('talk')
    expect(heard.kind === 'data' && heard.chunk.length).toBeLessThan(2 * 1_048_576)
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1_048_576)
    expect((await channel.read('talk')).kind).toBe('data')
  })

  test('writes more than fits at once, all of it', async () => {
    const sink = { bytes: 0 }
    const server = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: {
        data: (_socket, chunk) => {
          sink.bytes += chunk.length
        },
      },
    })
    closing.push(() => server.stop(true))
    const place: Place = { host: 'a.example', port: server.port, addresses: ['127.0.0.1'], tls: null }
    const { channel } = await Channel.open(place, runFor(2_000))
    for (let index = 0; index < 8; index += 1) channel.write(Buffer.alloc(1_048_576))
    await until(() => sink.bytes === 8 * 1_048_576, 'all bytes to arrive')
    channel.close()
  })

  test('leaves no descriptor behind, however it is closed', async () => {
    const before = openDescriptors()
    for (const how of ['end', 'terminate'] as const) {
      const { channel, site } = await openTo([])
      channel.close(how)
      await until(() => site.openConnections() === 0, 'the target to see the end')
      await site.stop()
    }
    await until(() => openDescriptors() <= before, 'all descriptors to be free')
  })

  test('that was closed says nothing more', async () => {
    const { channel } = await openTo(['hello'])
    channel.close()
    channel.write('anybody?')
    expect((await readAll(channel)).end).toEqual({ kind: 'closed', wasReset: false })
    expect((await channel.secure(tlsOptions(null, undefined, {})))?.code).toBe('TLS_PROTOCOL')
  })
})

describe('a channel under TLS', () => {
  test('is open when the handshake is, and says what was shown', async () => {
    const { channel, failure, run } = await openTo(['hello', 'FIN'], { tls: identity })
    expect(failure).toBeNull()
    expect(channel.certificate).toMatchObject({ names: ['127.0.0.1'], protocol: 'TLSv1.3' })
    expect((await readAll(channel)).text).toBe('hello')
    expect(run.stopwatch.phases().tls).toBeGreaterThan(0)
  })

  test('has failed when the judge says so', async () => {
    const { failure } = await openTo([], { tls: await makeCertificate({ names: ['127.0.0.1'] }) })
    expect(failure?.code).toBe('TLS_SELF_SIGNED')
  })

  test('that is never answered says that not one byte came back', async () => {
    const silent = await startTarget([])
    closing.push(() => silent.stop())
    const tls = tlsOptions('a.example', undefined, {})
    const place: Place = { host: 'a.example', port: silent.port, addresses: ['127.0.0.1'], tls }
    const { channel, failure } = await Channel.open(place, runFor(80), judge)
    channel.close('terminate')
    expect(failure).toMatchObject({ code: 'TLS_TIMEOUT' })
    expect(failure?.text).toMatch(
      /in \d+ ms; not one byte came back, as where something on the way drops a large ClientHello$/,
    )
  })

  test('that is answered too slowly does not say so', async () => {
    const slow = await startTarget([Uint8Array.of(22, 3, 3)], { greets: true })
    closing.push(() => slow.stop())
    const place: Place = {
      host: 'a.example',
      port: slow.port,
      addresses: ['127.0.0.1'],
      tls: tlsOptions('a.example', undefined, {}),
    }
    const { channel, failure } = await Channel.open(place, runFor(80), judge)
    channel.close('terminate')
    expect(failure?.text).toMatch(/did not finish the handshake in \d+ ms$/)
  })

  test('hears an alert that comes after the handshake', async () => {
    const { channel, failure } = await openTo([], {
      tls: { ...identity, requestCert: true, rejectUnauthorized: true, ca: authority.cert, minVersion: 'TLSv1.3' },
    })
    expect(failure).toBeNull()
    expect(await channel.objection(500)).toMatchObject({ code: 'TLS_CLIENT_CERT_REQUIRED' })
    expect(await channel.read('talk')).toMatchObject({ kind: 'failed', failure: { code: 'TLS_CLIENT_CERT_REQUIRED' } })
  })

  test('to which nobody objects goes on', async () => {
    const { channel } = await openTo([], { tls: identity })
    expect(await channel.objection(30)).toBeNull()
  })
})

describe('a channel that goes on under TLS', () => {
  async function agreed(goAhead: string, who = identity) {
    const site = await startTalkingTarget('', { GO: { say: goAhead, next: 'tls' }, SAY: 'again\n' }, who)
    closing.push(() => site.stop())
    const place: Place = { host: '127.0.0.1', port: site.port, addresses: ['127.0.0.1'], tls: null }
    const { channel } = await Channel.open(place, runFor(800), judge)
    closing.push(() => channel.close('terminate'))
    channel.write('GO\n')
    return { channel, site }
  }
  const options = () => tlsOptions(null, undefined, { ca: authority.cert })

  test('speaks and hears as before', async () => {
    const { channel, site } = await agreed('yes\n')
    await channel.read('answer')
    expect(await channel.secure(options())).toBeNull()
    expect(channel.certificate?.names).toEqual(['127.0.0.1'])
    channel.write('SAY\n')
    const heard = await channel.read('talk')
    expect(heard.kind === 'data' && heard.chunk.toString()).toBe('again\n')
    expect(site.heard).toEqual(['GO', '🔒SAY'])
  })

  test('does not if something was left unread', async () => {
    const { channel } = await agreed('yes\n')
    await channel.objection(500)
    expect(await channel.secure(options())).toMatchObject({ code: 'STARTTLS_REFUSED' })
  })

  test('says what is wrong with the certificate', async () => {
    const { channel } = await agreed('yes\n', await makeCertificate({ names: ['127.0.0.9'], ca: authority }))
    await channel.read('answer')
    expect((await channel.secure(options()))?.code).toBe('TLS_NAME')
  })

  test('leaves no descriptor behind', async () => {
    const before = openDescriptors()
    const { channel, site } = await agreed('yes\n')
    await channel.read('answer')
    await channel.secure(options())
    channel.close()
    await until(() => site.openConnections() === 0, 'the target to see the end')
    await site.stop()
    await until(() => openDescriptors() <= before, 'all descriptors to be free')
  })
})
