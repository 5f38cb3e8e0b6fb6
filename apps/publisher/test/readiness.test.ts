import { expect, test } from 'bun:test'
import { openDatabase } from '@repo/db/database'
import { openTestDatabase } from '@repo/db/testing'
import { noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createOperator } from '@repo/service/operator-server'
import { createManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { publisherServices } from '../src/services.ts'

const log = createLog('publisher', 'silent')

test('a publisher is not ready before it has read the schedule', async () => {
  await using nowhere = openDatabase('postgresql://127.0.0.1:1/none', { connections: 1, onError: () => {} })
  const operator = createOperator()
  const shared = { backend: createMemoryBackend(() => {}), clock: createManualClock(noonMs), log, operator }
  const running = Object.values(publisherServices({ ...shared, sql: nowhere.sql, holder: 'one' })).map(run)
  expect(await operator.readiness.problems()).toEqual({ schedule: 'the schedule is not read yet' })
  await Promise.all(running.map(({ stop }) => stop()))
})

test('a publisher is ready while it leads or stands by, and not when it can do neither', async () => {
  await using database = await openTestDatabase()
  const [operator, clock] = [createOperator(), createManualClock(noonMs)]
  const backend = createMemoryBackend(() => {})
  let isAway = false
  const openLease: typeof backend.openLease = (options) => {
    const lease = backend.openLease(options)
    return { ...lease, hold: () => (isAway ? Promise.reject(new Error('away')) : lease.hold()) }
  }
  const services = publisherServices({
    sql: database.sql,
    backend: { ...backend, openLease },
    clock,
    log,
    operator,
    holder: 'one',
  })
  const running = Object.values(services).map(run)
  await eventually('it leads', async () => {
    await clock.advance(100)
    return Object.keys(await operator.readiness.problems()).length === 0
  })
  isAway = true
  await eventually('it says so', async () => {
    await clock.advance(1_000)
    return Object.keys(await operator.readiness.problems()).length > 0
  })
  expect((await operator.readiness.problems()).publishing).toMatch(/^nothing could be published for \d+ s$/)
  isAway = false
  await eventually('it does its work again', async () => {
    await clock.advance(1_000)
    return Object.keys(await operator.readiness.problems()).length === 0
  })
  await Promise.all(running.map(({ stop }) => stop()))
})
