import { describe, expect, test } from 'bun:test'
import { deliveriesOf } from '@repo/db/testing/alerting'
import { systemClock } from '@repo/service/clock'
import { createOperator, type Operator } from '@repo/service/operator-server'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createPlanner } from '../src/planner.ts'
import { notifierServices } from '../src/services.ts'
import {
  channel,
  channels,
  clock,
  comeUp,
  database,
  goDown,
  heard,
  keyring,
  log,
  policy,
  receiver,
  tell,
  useTelling,
  watch,
  workspaceId,
} from './telling.ts'

let running: { stop(): Promise<void> }[] = []

useTelling(async () => {
  receiver.release()
  await Promise.all(running.map((one) => one.stop()))
  running = []
})

/** A notifier as a process would run it, by the clock of the machine; nobody waits for what fails together. */
function start(name: string): Operator {
  const operator = createOperator()
  const services = notifierServices({
    ...{ sql: database.sql, backend: createMemoryBackend(() => {}), clock: systemClock, log, name },
    ...{
      operator,
      channels,
      send: sendNothing,
      keyring,
      mail: undefined,
      publicUrl: undefined,
      settledMs: 0,
    },
  })
  running.push(...Object.values(services).map((service) => run(service)))
  return operator
}

/** Nobody is subscribed to a page. */
const sendNothing = () => Promise.reject(new Error('nothing was to be sent'))

const told = () => deliveriesOf(database.sql, workspaceId)

describe('notifiers at work', () => {
  test('tell what happens by themselves, and each of it once however many they are', async () => {
    const monitors = await Promise.all(Array.from({ length: 20 }, (_, place) => watch(`site${place}`)))
    await policy(await channel('ops'))
    const [operator] = ['one', 'two', 'three'].map(start)
    const incidents = await Promise.all(monitors.map((monitor) => goDown(monitor)))
    await eventually('all of them told', () => receiver.received.length >= 20)
    await Promise.all(monitors.map((monitor, place) => comeUp(monitor, incidents[place] as never)))
    await eventually(
      'all of it told',
      async () => (await told()).filter((one) => one === 'recovered accepted').length === 20,
    )
    expect(heard().filter((one) => one === 'ops down')).toHaveLength(20)
    expect(heard()).toHaveLength(40)
    expect(await operator?.metrics.metrics()).toContain('betteruptime_deliveries_waiting 0')
  }, 30_000)

  test('let a channel that hangs keep no other waiting, though it has more to be told than any', async () => {
    const monitors = await Promise.all(Array.from({ length: 30 }, (_, place) => watch(`site${place}`)))
    const [hanging, well] = [await channel('hanging'), await channel('well')]
    await policy(hanging)
    receiver.answer('hanging', { hang: true })
    start('one')
    await Promise.all(monitors.map((monitor) => goDown(monitor)))
    await eventually('it hangs', () => heard().filter((one) => one.startsWith('hanging')).length >= 4)
    await policy(well)
    await goDown(await watch('late'))
    await eventually('the other one told', () => heard().includes('well down'), 5_000)
    expect(heard().filter((one) => one.startsWith('hanging')).length).toBeLessThanOrEqual(8)
  }, 30_000)

  test('that are asked to stop let what is on its way arrive', async () => {
    await policy(await channel('ops'))
    receiver.answer('ops', { hang: true })
    start('one')
    await goDown(await watch())
    await eventually('it is on its way', () => receiver.received.length === 1)
    const stopping = Promise.all(running.map((one) => one.stop()))
    receiver.release()
    await stopping
    expect(await told()).toEqual(['down accepted'])
  }, 30_000)

  test('that have nothing to plan by leave each other alone: one plans at a time', async () => {
    const rounds: number[] = []
    await policy(await channel('ops'))
    const planner = () =>
      createPlanner({
        sql: database.sql,
        clock: systemClock,
        log,
        settledMs: 0,
        onPlanned: ({ events }) => rounds.push(events),
      })
    running.push(run(planner()), run(planner()))
    await goDown(await watch())
    await eventually('it is planned', () => rounds.length > 0)
    expect(rounds).toEqual([1])
  }, 30_000)
})

test('an event that cannot be planned keeps no other from being told, and is planned itself once it is mended', async () => {
  await policy(await channel('ops'))
  // As one would be that another version of ours wrote.
  await tell(await watch('spoilt'), { event: 'storm', body: { stormId: 'no id' } })
  for (const name of ['sound', 'too']) await goDown(await watch(name))
  let passedOver = 0
  const onPassedOver = () => {
    passedOver += 1
  }
  running.push(run(createPlanner({ sql: database.sql, clock, log, settledMs: 0, onPassedOver })))
  await eventually('the others are planned', async () => (await told()).length === 2)
  expect(passedOver).toBe(1)
  const left = async () =>
    (
      await database.sql.execute<{ left: number }>(
        'select count(*)::integer as left from outbox where planned_at is null',
      )
    ).rows[0]?.left
  expect(await left()).toBe(1)
  // Looked at again and again it would hold up the rest, and fill the log.
  await clock.advance(30_000)
  await goDown(await watch('later'))
  // Little by little, for the planner may not wait yet; the spoilt one is not due again in all of it.
  await eventually('what comes later is planned', async () => {
    await clock.advance(10)
    return (await told()).length === 3
  })
  expect(passedOver).toBe(1)
  await database.sql.execute(`update outbox set event = 'warning', body = '{}' where planned_at is null`)
  await clock.advance(30_000)
  await eventually('it is planned', async () => {
    await clock.advance(1_000)
    return (await left()) === 0
  })
})
