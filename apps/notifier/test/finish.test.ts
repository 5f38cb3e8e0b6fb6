import { expect, test } from 'bun:test'
import { listDeliveries } from '@repo/db/queries/delivery-log'
import { deliveriesOf } from '@repo/db/testing/alerting'
import type { Delivery } from '@repo/notifiers/channel'
import { makeAlert } from '@repo/notifiers/testing/alerts'
import { type Attempted, createFinish } from '../src/finish.ts'
import {
  channel,
  claim,
  clock,
  database,
  goDown,
  log,
  plan,
  policy,
  useTelling,
  watch,
  workspaceId,
} from './telling.ts'

useTelling()

const accepted: Delivery = { kind: 'accepted', answer: 'thanks' }
const failed: Delivery = { kind: 'retry', reason: 'answered 500', answer: '' }

const makeFinish = () =>
  createFinish({
    ...{ sql: database.sql, holder: 'one', clock, log, random: () => 1 },
    announce: async () => {},
  })

/** So many outages of which one channel is to tell, each taken, and what comes of it. */
async function taken(outcomes: readonly Delivery[]): Promise<Attempted[]> {
  await policy(await channel('ops'))
  for (const number of outcomes.keys()) await goDown(await watch(`shop ${number}`))
  while (await plan());
  return (await claim()).map((told, place) => ({
    ...{ told, beganAtMs: clock.nowMs(), outcome: outcomes[place] ?? accepted },
    written: { alert: makeAlert(), incidentId: told.story.incidentId },
  }))
}

async function channelHealth(): Promise<unknown> {
  const { rows } = await database.sql.execute(
    'select failures, failing_since is null as well, last_accepted_at is not null as told from channel',
  )
  return rows[0]
}

test('what ends while something is being noted is noted together, and each is told when it is durable', async () => {
  const finish = makeFinish()
  const attempted = await taken([accepted, accepted, failed, accepted, failed, failed])
  const first = attempted.slice(0, 1).map(finish)
  const rest = attempted.slice(1).map(finish)
  await Promise.all([...first, ...rest])
  expect((await deliveriesOf(database.sql, workspaceId)).toSorted()).toEqual([
    ...Array(3).fill('down accepted'),
    ...Array(3).fill('down waiting'),
  ])
  // In the order in which they ended: two in vain since the last that was told.
  expect(await channelHealth()).toEqual({ failures: 2, well: false, told: true })
  const { items } = await listDeliveries(database.sql, workspaceId, { limit: 10 })
  expect(items.map(({ attempts }) => attempts.length)).toEqual(Array(6).fill(1))
  await finish({ ...(attempted[0] as Attempted), outcome: accepted })
  expect(await channelHealth()).toEqual({ failures: 2, well: false, told: true })
})

test('one that cannot be noted keeps no other from it', async () => {
  const finish = makeFinish()
  const attempted = await taken([accepted, accepted, accepted, accepted])
  const spoilt = attempted.map((one, place) =>
    place === 2 ? { ...one, written: { ...one.written, incidentId: crypto.randomUUID() } } : one,
  )
  const results = await Promise.allSettled(spoilt.map(finish))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect((await deliveriesOf(database.sql, workspaceId)).toSorted()).toEqual([
    ...Array(3).fill('down accepted'),
    'down sending',
  ])
})
