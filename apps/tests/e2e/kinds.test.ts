import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import dgram from 'node:dgram'
import type { CreateMonitor, Monitor } from '@repo/contracts/monitors'
import { startHttpTarget } from '@repo/probes/testing'
import { type Client, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Instance, startStandalone } from '../src/instance.ts'

let instance: Instance
let person: Client

beforeAll(async () => {
  instance = await startStandalone()
  person = await newClient(instance.url)
}, 60_000)

afterAll(() => instance.stop(), 30_000)

async function statusOf(monitor: Monitor, status: Monitor['status']): Promise<Monitor> {
  const path = `/api/v1/monitors/${monitor.id}`
  return eventually(`${monitor.name} is ${status}`, async () => {
    const read = (await (await person.call('GET', path)).json()) as Monitor
    return read.status === status && read
  })
}

describe('a monitor', () => {
  test('of a port is up and down with it, and is called by what it looks at', async () => {
    const target = await startHttpTarget()
    const spec = { kind: 'tcp', host: '127.0.0.1', port: target.port } as const
    const monitor = await person.createMonitor({ spec, intervalSeconds: 1 })
    expect(monitor.name).toBe(`127.0.0.1:${target.port}`)
    await statusOf(monitor, 'up')
    await target.refuse()
    expect((await statusOf(monitor, 'down')).cause).toMatchObject({ code: 'TCP_REFUSED' })
    await target.answer()
    await statusOf(monitor, 'up')
    await target.stop()
  })

  test('of a game server is up where its datagrams are answered', async () => {
    const server = dgram.createSocket('udp4')
    server.on('message', (_message, { port, address }) => server.send('pong', port, address))
    await new Promise<void>((bound) => server.bind(0, '127.0.0.1', bound))
    const spec = { kind: 'udp', host: '127.0.0.1', port: server.address().port, send: 'ping', expect: 'pong' } as const
    await statusOf(await person.createMonitor({ spec, intervalSeconds: 1 }), 'up')
    server.close()
  })

  test('of a page is down where the page does not say what it should', async () => {
    const target = await startHttpTarget({ body: 'sorry' })
    const spec: CreateMonitor['spec'] = {
      kind: 'http',
      url: target.url,
      assertions: [{ kind: 'body', is: 'contains', value: 'welcome' }],
    }
    const monitor = await statusOf(await person.createMonitor({ spec, intervalSeconds: 1 }), 'down')
    expect(monitor.cause).toMatchObject({ code: 'KEYWORD_NOT_FOUND', message: "Body: does not contain 'welcome'" })
    await target.stop()
  })

  test('of a page that is asked for slowly is degraded', async () => {
    const target = await startHttpTarget({ delayMs: 60 })
    const spec: CreateMonitor['spec'] = { kind: 'http', url: target.url, slowMs: { firstByte: 20 } }
    await statusOf(await person.createMonitor({ spec, intervalSeconds: 1 }), 'degraded')
    await target.stop()
  })
})
