import { afterEach, describe, expect, test } from 'bun:test'
import { type WebsocketSpec, websocketSpecSchema } from '@repo/contracts/specs/socket'
import { probeWebsocket } from '../src/checks/websocket.ts'
import { MessageReader } from '../src/websocket/frames.ts'
import { type Frames, frame, longFrame, startWebsocketTarget } from '../testing/websocket-target.ts'
import { loopback, openDescriptors, running, until } from './probing.ts'

const started: { stop(): void }[] = []
afterEach(() => {
  for (const one of started.splice(0)) one.stop()
})

function check(url: string, rest: Partial<WebsocketSpec>) {
  const spec = websocketSpecSchema.parse({ kind: 'websocket', url, timeoutMs: 700, ...rest })
  return probeWebsocket(spec, loopback, running)
}

async function startRaw(frames: Frames) {
  const site = await startWebsocketTarget(frames)
  started.push(site)
  return site
}

describe('frames', () => {
  const rows: [string, Frames, string][] = [
    ['in pieces', Buffer.concat([frame(1, 'nee', 0), frame(0, 'dle')]), 'OK'],
    ['in pieces with a ping between them', Buffer.concat([frame(1, 'nee', 0), frame(9, 'p'), frame(0, 'dle')]), 'OK'],
    ['that are binary', frame(2, 'needle'), 'OK'],
    ['after others', Buffer.concat([frame(1, 'hay'), frame(10, ''), frame(1, 'needle')]), 'OK'],
    ['that say something else', frame(1, 'hay'), 'UNEXPECTED_ANSWER'],
    ['that never come', Buffer.alloc(0), 'ANSWER_TIMEOUT'],
    ['that close', Buffer.of(0x88, 2, 0x03, 0xe8), 'CLOSED_EARLY'],
    ['with reserved bits', frame(1, 'needle', 0xc0), 'WS_PROTOCOL'],
    ['that are masked', Buffer.of(0x81, 0x80, 0, 0, 0, 0), 'WS_PROTOCOL'],
    ['of an unknown kind', frame(3, 'x'), 'WS_PROTOCOL'],
    ['of control in pieces', frame(9, 'x', 0), 'WS_PROTOCOL'],
    ['of control that are long', Buffer.concat([Buffer.of(0x89, 126, 0, 200), Buffer.alloc(200)]), 'WS_PROTOCOL'],
    ['that continue nothing', frame(0, 'x'), 'WS_PROTOCOL'],
    ['that begin twice', Buffer.concat([frame(1, 'a', 0), frame(1, 'b')]), 'WS_PROTOCOL'],
    ['that are not UTF-8', Buffer.of(0x81, 2, 0xff, 0xfe), 'WS_PROTOCOL'],
    ['of 2^63 bytes', Buffer.of(0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 'WS_PROTOCOL'],
    ['that close with half a code', Buffer.of(0x88, 1, 3), 'WS_PROTOCOL'],
    ['that close with a code of nobody', Buffer.of(0x88, 2, 0x03, 0xed), 'WS_PROTOCOL'],
    ['that close for no text', Buffer.of(0x88, 3, 0x03, 0xe8, 0xff), 'WS_PROTOCOL'],
    ['that close without a code', Buffer.of(0x88, 0), 'CLOSED_EARLY'],
    ['after which the connection is closed', 'FIN', 'CLOSED_EARLY'],
    ['after which the connection is reset', 'RST', 'CLOSED_EARLY'],
    ['of text that is not UTF-8, in pieces', Buffer.of(0x01, 1, 0xc3, 0x80, 1, 0x28), 'WS_PROTOCOL'],
    ['of text whose letters are in pieces', Buffer.of(0x01, 1, 0xc3, 0x80, 7, 0xb6, ...Buffer.from('needle')), 'OK'],
    ['of pings without end', { endless: frame(9, '') }, 'WS_PROTOCOL'],
    ['of pongs without end', { endless: frame(10, '') }, 'WS_PROTOCOL'],
    ['of small talk without end', { endless: frame(1, 'hay') }, 'UNEXPECTED_ANSWER'],
    ['of long talk without end', { endless: longFrame(60_000) }, 'UNEXPECTED_ANSWER'],
    ['of a message that is too long', longFrame(65_535, 70_000), 'WS_PROTOCOL'],
    ['of an empty message', frame(1, ''), 'UNEXPECTED_ANSWER'],
  ]
  test.each(rows)('%s: %s', async (_what, bytes, code) => {
    const site = await startRaw(bytes)
    const before = openDescriptors()
    const cpuBefore = process.cpuUsage()
    const outcome = await check(site.url, { expect: 'needle', timeoutMs: 300 })
    const cpu = process.cpuUsage(cpuBefore)
    expect(outcome.code).toBe(code as never)
    expect(outcome.message).toMatch(/^[\x20-\x7e…]{1,300}$/)
    expect(outcome.phases.total).toBeLessThan(550_000)
    expect(cpu.user + cpu.system).toBeLessThan(250_000)
    await until(() => site.openConnections() === 0, 'the connection to close')
    await until(() => openDescriptors() <= before, 'the descriptors to be given back')
  })

  test('without end and without anything in them do not fill the memory', async () => {
    const reader = new MessageReader()
    const pieces = Buffer.concat([frame(1, '', 0), ...Array.from({ length: 1_000 }, () => frame(0, '', 0))])
    reader.add(pieces)
    expect(reader.next()).toEqual({ kind: 'broken', why: 'sends a message in more than 1,000 pieces' })
  })

  test('of ping are answered with what is in them, and a broken server is told why we leave', async () => {
    const site = await startRaw(Buffer.concat([frame(9, 'are you there'), frame(3, '')]))
    await check(site.url, { send: 'hello', expect: 'needle' })
    await until(() => site.openConnections() === 0, 'the connection to close')
    expect(site.heard()).toEqual([
      { opcode: 1, text: 'hello' },
      { opcode: 10, text: 'are you there' },
      { opcode: 8, text: '\x03\xea' },
    ])
  })

  test('that close say why', async () => {
    const site = await startRaw(Buffer.concat([Buffer.of(0x88, 8, 0x03, 0xf0), Buffer.from('go\x1bway')]))
    expect((await check(site.url, { expect: 'needle' })).message).toBe(
      "WebSocket: closed (1008: 'go\\x1bway') before the expected message",
    )
  })
})
