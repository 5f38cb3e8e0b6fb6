import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Monitor, Regions } from '@repo/contracts/monitors'
import { type HttpTarget, startHttpTarget } from '@repo/probes/testing'
import { type Client, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Distributed, startDistributed } from '../src/instance.ts'
import { startProgram } from '../src/program.ts'

describe('a consumer that is started with its region and the streams, and nothing else', () => {
  let instance: Distributed
  let target: HttpTarget
  let person: Client
  beforeAll(async () => {
    instance = await startDistributed()
    target = await startHttpTarget()
    person = await newClient(instance.url)
  }, 60_000)
  afterAll(async () => {
    await instance.stop()
    await target.stop()
  }, 30_000)

  const regions = async () => ((await (await person.call('GET', '/api/v1/regions')).json()) as Regions).items
  const regionOf = async (name: string) => (await regions()).find((region) => region.name === name)
  let monitor: Monitor

  test('is known within seconds, with its version, its rate and its lag', async () => {
    instance.consumers.fra = [instance.startConsumer('fra')]
    const isOnline = async () => {
      const region = await regionOf('fra')
      return region?.online && region
    }
    const region = await eventually('the region is online', isOnline, 20_000)
    expect(region.consumers[0]).toMatchObject({ version: '0.1.0', online: true, clockOffsetMs: 0 })
  }, 30_000)

  test('carries out the checks of its region, on time and at once', async () => {
    const spec = { kind: 'http' as const, url: target.url }
    monitor = await person.createMonitor({ spec, intervalSeconds: 3_600, regions: ['fra'] })
    const [first] = await eventually('there is a tick', async () => {
      const ticks = await person.allTicks(monitor.id)
      return ticks.length > 0 && ticks
    })
    expect(first).toMatchObject({ region: 'fra', verdict: 'up' })
    const answer = await person.call('POST', `/api/v1/monitors/${monitor.id}/check`)
    expect(answer.status).toBe(202)
    const { scheduledAt } = (await answer.json()) as { scheduledAt: string }
    const asked = await eventually('there is a tick of this instant', async () =>
      (await person.allTicks(monitor.id)).find((tick) => tick.scheduledAt === scheduledAt),
    )
    expect(asked).toMatchObject({ region: 'fra', verdict: 'up' })
  }, 30_000)

  test('says why it is not started, in one line', async () => {
    for (const [words, complaint] of [
      [['--region', 'FRA', '--redis-url', instance.redisUrl], 'REGION: not a region: "FRA"'],
      [['--region', 'fra', '--redis-url', 'http://redis'], 'REDIS_URL: must start with redis://'],
      [['--regoin', 'fra'], "unknown option '--regoin'"],
    ] as const) {
      const program = startProgram('apps/consumer/src/main.ts', words, {})
      expect(await program.exited).toBe(1)
      expect(program.said()).toContain(`betteruptime: ${complaint}`)
      expect(program.said().trim().split('\n')).toHaveLength(1)
    }
  }, 30_000)
})
