import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type HttpTarget, startHttpTarget } from '@repo/probes/testing'
import { newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Distributed, startDistributed } from '../src/instance.ts'

let instance: Distributed
let theirs: HttpTarget
let others: HttpTarget
beforeAll(async () => {
  instance = await startDistributed()
  theirs = await startHttpTarget()
  others = await startHttpTarget()
}, 60_000)
afterAll(async () => {
  await instance.stop()
  await theirs.stop()
  await others.stop()
}, 30_000)

/** Checks are published a second ahead, and a publisher looks twenty times a second. */
const onTheirWayMs = 2_500
const slotsWaited = 6

test('the monitors of a workspace that is deleted are not checked any more but those of others are, and go on when it is back', async () => {
  const [person, stranger] = [await newClient(instance.url), await newClient(instance.url)]
  const every = { intervalSeconds: 1 }
  for (const path of ['one', 'two', 'three'])
    await person.createMonitor({ spec: { kind: 'http', url: `${theirs.url}${path}` }, ...every })
  await stranger.createMonitor({ spec: { kind: 'http', url: others.url }, ...every })
  const since = (target: HttpTarget, ms: number) => target.requests.filter((atMs) => atMs > ms).length
  await eventually('both are checked', () => since(theirs, 0) > 20 && since(others, 0) > 8, 20_000)

  expect((await person.call('DELETE', '/api/v1/workspace')).status).toBe(204)
  const quietFromMs = Date.now() + onTheirWayMs
  await eventually(
    'others are checked on and on',
    () => since(others, quietFromMs) >= slotsWaited * instance.regions.length,
    20_000,
  )
  expect(since(theirs, quietFromMs)).toBe(0)

  const deleted = (await (await person.call('GET', '/api/v1/workspaces/deleted')).json()) as { items: [{ id: string }] }
  const backMs = Date.now()
  expect((await person.call('POST', `/api/v1/workspaces/deleted/${deleted.items[0].id}/restore`)).status).toBe(200)
  await eventually('theirs are checked again', () => since(theirs, backMs) > 10, 20_000)
  const { items } = (await (await person.call('GET', '/api/v1/monitors')).json()) as { items: { id: string }[] }
  const ticks = await person.allTicks(items[0]?.id ?? '')
  const between = ticks.filter(
    ({ scheduledAt }) => Date.parse(scheduledAt) > quietFromMs && Date.parse(scheduledAt) < backMs,
  )
  expect(between, 'of the time between nothing is made up').toEqual([])
  const incidents = (await (await person.call('GET', '/api/v1/incidents')).json()) as { items: unknown[] }
  expect(incidents.items).toEqual([])
}, 60_000)
