import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { LiveFrame } from '@repo/contracts/live'
import type { Monitor, MonitorPage } from '@repo/contracts/monitors'
import { type HttpTarget, startHttpTarget } from '@repo/probes/testing'
import { type Client, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Instance, startDistributed, startStandalone } from '../src/instance.ts'

const shapes: [string, () => Promise<Instance>][] = [
  ['standalone', startStandalone],
  ['distributed', startDistributed],
]

describe.each(shapes)('a website watched by a %s instance', (_shape, start) => {
  let instance: Instance
  let target: HttpTarget
  let person: Client
  let stranger: Client
  let strangerSees: LiveFrame[]
  let personSees: LiveFrame[]
  let website: { id: string; url: string }

  beforeAll(async () => {
    instance = await start()
    target = await startHttpTarget()
    person = await newClient(instance.url)
    stranger = await newClient(instance.url)
    personSees = (await person.watch()).frames
    strangerSees = (await stranger.watch()).frames
  }, 60_000)

  afterAll(async () => {
    await target.stop()
    await instance.stop()
  }, 30_000)

  const read = async () => (await person.call('GET', `/api/v1/monitors/${website.id}`)).json() as Promise<Monitor>

  test('is looked at at once, from every region, and its status is UP within 5 seconds', async () => {
    const answer = await person.call('POST', '/website/create', { url: target.url })
    expect(answer.status).toBe(201)
    website = (await answer.json()) as { id: string; url: string }
    expect(website.url).toBe(target.url)

    const up = await eventually(
      'status UP',
      async () => {
        const status = await person.status(target.url)
        return status.status === 'UP' && status
      },
      5_000,
    )
    expect(instance.regions).toContain(up.region ?? '')
    expect(up.responseTime).toBeGreaterThanOrEqual(0)
    expect(Date.now() - Date.parse(up.checkedAt ?? '')).toBeLessThan(10_000)
    const regions = await eventually('a tick of every region', async () => {
      const seen = new Set((await person.allTicks(website.id)).map((tick) => tick.region))
      return seen.size === instance.regions.length && seen
    })
    expect([...regions].sort()).toEqual([...instance.regions].sort())
  })

  test('is checked on its grid, phase + k · interval, once its interval is changed', async () => {
    const answer = await person.call('PATCH', `/api/v1/monitors/${website.id}`, { intervalSeconds: 1 })
    expect(answer.status).toBe(200)
    const ticks = await eventually('five ticks of every region', async () => {
      const all = await person.allTicks(website.id)
      return all.length >= 7 * instance.regions.length && all
    })
    // The newest stand on the grid; the first of each schedule stands at its beginning.
    const phases = new Set(
      ticks.slice(0, 4 * instance.regions.length).map((tick) => Date.parse(tick.scheduledAt) % 1_000),
    )
    expect(phases.size).toBe(1)
  })

  test('is Down when it answers with an error, and the reason says so', async () => {
    target.setStatus(500)
    await eventually('status Down', async () => (await person.status(target.url)).status === 'Down')
    const monitor = await eventually('verdict down', async () => {
      const now = await read()
      return now.status === 'down' && now
    })
    expect(monitor.cause?.code).toBe('UNEXPECTED_STATUS')
    expect(monitor.cause?.message).toContain('500')
    expect(monitor.agreement).toMatchObject({ configured: instance.regions.length })
  })

  test('is UP again when it answers again', async () => {
    target.setStatus(200)
    await eventually('status UP', async () => (await person.status(target.url)).status === 'UP')
    await eventually('verdict up', async () => (await read()).status === 'up')
  })

  test('is Down when nothing listens there any more', async () => {
    await target.refuse()
    await eventually('status Down', async () => (await person.status(target.url)).status === 'Down')
    const monitor = await eventually('cause', async () => (await read()).cause ?? undefined)
    expect(monitor.code).toBe('TCP_REFUSED')
    await target.answer()
    await eventually('status UP', async () => (await person.status(target.url)).status === 'UP')
  })

  test('shows its ticks and moves on the live socket of its own workspace, and of no other', async () => {
    const statuses = await eventually('down and up again', () => {
      const moves = personSees.flatMap((frame) => (frame.type === 'monitor.status' ? [frame.status] : []))
      return moves.filter((status) => status === 'up').length >= 3 && moves
    })
    expect(statuses.slice(0, 3)).toEqual(['up', 'down', 'up'])
    expect(personSees[0]?.type).toBe('hello')
    expect(personSees.filter((frame) => frame.type === 'tick').length).toBeGreaterThan(5)
    expect(strangerSees.map((frame) => frame.type).filter((type) => type !== 'heartbeat')).toEqual(['hello'])
  })

  test('is not checked while paused, and at once when resumed', async () => {
    const paused = (await (await person.call('POST', `/api/v1/monitors/${website.id}/pause`)).json()) as Monitor
    expect(paused.status).toBe('paused')
    const quietSinceMs = await eventually('no request for 3 seconds', () => {
      const lastMs = target.requests.at(-1) ?? 0
      return Date.now() - lastMs > 3_000 && lastMs
    })
    const resumedAtMs = Date.now()
    const resumed = (await (await person.call('POST', `/api/v1/monitors/${website.id}/resume`)).json()) as Monitor
    expect(resumed.status).toBe('unknown')
    const firstMs = await eventually('a request after the resumption', () =>
      target.requests.find((ms) => ms > quietSinceMs),
    )
    expect(firstMs - resumedAtMs).toBeLessThan(3_000)
    await eventually('verdict up', async () => (await read()).status === 'up')
  }, 20_000)

  test('is invisible to another person, who may watch the same URL for themselves', async () => {
    expect((await stranger.call('GET', `/api/v1/monitors/${website.id}`)).status).toBe(404)
    expect((await stranger.call('GET', `/users/status/${encodeURIComponent(target.url)}`)).status).toBe(404)
    expect((await stranger.call('DELETE', `/api/v1/monitors/${website.id}`)).status).toBe(404)
    expect((await stranger.call('POST', '/website/create', { url: target.url })).status).toBe(201)
  })

  test('is gone once deleted: no status, no entry, no further check', async () => {
    const theirs = (await (await stranger.call('GET', '/api/v1/monitors')).json()) as MonitorPage
    for (const monitor of theirs.items) await stranger.call('DELETE', `/api/v1/monitors/${monitor.id}`)
    expect((await person.call('DELETE', `/api/v1/monitors/${website.id}`)).status).toBe(204)
    expect((await person.call('GET', `/users/status/${encodeURIComponent(target.url)}`)).status).toBe(404)
    const page = (await (await person.call('GET', '/api/v1/monitors')).json()) as MonitorPage
    expect(page.items).toEqual([])
    await eventually('no request for 3 seconds', () => Date.now() - (target.requests.at(-1) ?? 0) > 3_000)
  })
})
