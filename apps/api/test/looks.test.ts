import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { checkSpecSchema } from '@repo/contracts/check-spec'
import { lookLimits } from '@repo/contracts/monitors'
import { findMonitor } from '@repo/db/queries/monitors'
import type { CheckResult } from '@repo/domain/check'
import { parseMonitorId } from '@repo/domain/ids'
import { monitorLimits } from '@repo/domain/limits'
import { parseRegion } from '@repo/domain/region'
import { makeOutcome, noonMs } from '@repo/domain/testing'
import { createLooks } from '../src/looks.ts'
import { type ApiInstance, instanceSecret, openApi } from './instance.ts'
import { startRegion } from './test-run-region.ts'

/** What a test run saw, as the first results of the monitor that is saved of it. */

let api: ApiInstance
let published: CheckResult[] = []
beforeAll(async () => {
  api = await openApi({}, async (results) => void published.push(...results))
})
afterAll(() => api[Symbol.asyncDispose]())

const spec = { kind: 'http', url: 'https://shop.example/', timeoutMs: 2_000 }

const parsed = checkSpecSchema.parse(spec)
const seen = { region: parseRegion('a'), scheduledAtMs: noonMs, startedAtMs: noonMs, outcome: makeOutcome('up') }
const byOf = ({ id: userId, workspaceId }: Person) => ({ userId, workspaceId })

type Person = Awaited<ReturnType<ApiInstance['addPerson']>>

/** Tries a spec out from region a. @returns what each region's line gave along. */
async function looksOf({ token }: Person, body: object = {}): Promise<string[]> {
  const text = await (await api.ask('/api/v1/monitors/test', { token, body: { spec, regions: ['a'], ...body } })).text()
  return text.split('\n').flatMap((line) => (line.includes('"look"') ? [JSON.parse(line).look as string] : []))
}

async function save({ token }: Person, body: object, headers: Record<string, string> = {}) {
  published = []
  const answer = await api.ask('/api/v1/monitors', { token, headers, body: { spec, ...body } })
  expect(answer.status).toBe(201)
  return { id: ((await answer.json()) as { id: string }).id, published }
}

describe('a look before a monitor is saved', () => {
  test('is its first result, of the instant at which it was taken', async () => {
    await using _a = startRegion(api.deps, 'a', makeOutcome('down'))
    const person = await api.addPerson()
    const looks = await looksOf(person)
    const saved = await save(person, { looks })
    expect(saved.published).toMatchObject([
      {
        monitorId: saved.id,
        region: 'a',
        scheduledAtMs: noonMs,
        startedAtMs: noonMs + 1,
        outcome: { verdict: 'down' },
      },
    ])
    expect(saved.published[0]?.monitorKey).toBeGreaterThan(0)
  })

  test('of all its regions is the first slot of its schedule, and of some of them a tick before it', async () => {
    await using _a = startRegion(api.deps, 'a')
    await using _b = startRegion(api.deps, 'b')
    const person = await api.addPerson()
    const looks = await looksOf(person, { regions: ['a', 'b'] })
    const scheduleOf = async (id: string) =>
      (await findMonitor(api.deps.sql, { workspaceId: person.workspaceId, id: parseMonitorId(id) }))?.scheduleFromMs
    await api.deps.clock.advance(1_000)
    const [both, some] = [await save(person, { looks }), await save(person, { looks: looks.slice(0, 1) })]
    expect([await scheduleOf(both.id), await scheduleOf(some.id)]).toEqual([noonMs, noonMs + 1_000])
    await api.deps.clock.advance(monitorLimits.startWindowMs)
    const late = await save(person, { looks })
    expect([late.published.length, await scheduleOf(late.id)]).toEqual([2, api.deps.clock.nowMs()])
  })

  test('is taken once, however often the same request comes', async () => {
    await using _a = startRegion(api.deps, 'a')
    const person = await api.addPerson()
    const body = { looks: await looksOf(person) }
    const key = { 'idempotency-key': 'the-same' }
    const [first, second] = [await save(person, body, key), await save(person, body, key)]
    expect([second.id, first.published.length, second.published.length]).toEqual([first.id, 1, 0])
  })

  test('is passed over where it was of another spec, another person or another region', async () => {
    await using _a = startRegion(api.deps, 'a')
    const [person, other] = [await api.addPerson(), await api.addPerson()]
    const looks = await looksOf(person)
    const otherSpec = { ...spec, headers: [{ name: 'X-Token', value: 'another' }] }
    expect((await save(person, { looks, spec: otherSpec })).published).toEqual([])
    expect((await save(other, { looks })).published).toEqual([])
    expect((await save(person, { looks, spec, regions: ['b'] })).published).toEqual([])
  })

  test('is passed over where it is none of ours', async () => {
    const person = await api.addPerson()
    const forged = await createLooks('another secret').sign({ ...seen, by: byOf(person), spec: parsed }, noonMs)
    expect((await save(person, { looks: ['nonsense', forged ?? '', person.token] })).published).toEqual([])
  })

  test('that says nothing of the website is none', async () => {
    await using _a = startRegion(api.deps, 'a', makeOutcome('unknown'))
    const person = await api.addPerson()
    expect((await save(person, { looks: await looksOf(person) })).published).toEqual([])
  })

  test('is only of whoever took it, and not of others in the workspace', async () => {
    const looks = createLooks(instanceSecret)
    const [person, other] = [await api.addPerson(), await api.addPerson()]
    const by = { userId: person.id, workspaceId: person.workspaceId }
    const text = (await looks.sign({ ...seen, by, spec: parsed }, noonMs)) ?? ''
    expect(await looks.verify(text, { by, spec: parsed }, noonMs)).toEqual(seen)
    expect(await looks.verify(text, { by: { ...by, userId: other.id }, spec: parsed }, noonMs)).toBeUndefined()
  })

  test('is over after five minutes', async () => {
    const looks = createLooks(instanceSecret)
    const of = { by: byOf(await api.addPerson()), spec: parsed }
    const text = (await looks.sign({ ...seen, ...of }, noonMs)) ?? ''
    expect(await looks.verify(text, of, noonMs + lookLimits.keptMs - 1)).toEqual(seen)
    expect(await looks.verify(text, of, noonMs + lookLimits.keptMs + 1)).toBeUndefined()
  })

  test('is none where it would be too long to be sent back', async () => {
    const outcome = { ...makeOutcome('up'), facts: { names: Array.from({ length: 20 }, () => 'x'.repeat(1_000)) } }
    const of = { by: byOf(await api.addPerson()), spec: parsed }
    expect(await createLooks(instanceSecret).sign({ ...seen, outcome, ...of }, noonMs)).toBeUndefined()
  })
})
