import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testRunLimits } from '@repo/contracts/test-run'
import { countMonitors } from '@repo/db/queries/monitor-list'
import { countTicks } from '@repo/db/queries/ticks'
import { makeOutcome } from '@repo/domain/testing'
import { eventually } from '@repo/streams/testing/eventually'
import { type ApiInstance, openApi, problemOf, refusalOf } from './instance.ts'
import { startRegion } from './test-run-region.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const spec = { kind: 'http', url: 'https://shop.example/', timeoutMs: 2_000 }
const token = 'canary-of-a-test-run'

async function newTester() {
  const person = await api.addPerson()
  const run = (body: unknown) => api.ask('/api/v1/monitors/test', { token: person.token, body })
  return { ...person, run }
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('a test run', () => {
  test('tells what each region saw, as it comes, and that it is done', async () => {
    const { run } = await newTester()
    const answer = await run({ spec })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    await using _a = startRegion(api.deps, 'a', makeOutcome('down'))
    expect(linesOf((await reader?.read())?.value ?? '')).toMatchObject([{ region: 'a', outcome: { verdict: 'down' } }])
    await using _b = startRegion(api.deps, 'b')
    let rest = ''
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) rest += part.value
    expect(linesOf(rest)).toMatchObject([{ region: 'b', outcome: { verdict: 'up' } }, { done: true }])
  })

  test('goes to the regions that were chosen alone, with its secrets sealed', async () => {
    await using region = startRegion(api.deps, 'b')
    const { run, workspaceId } = await newTester()
    const auth = { kind: 'bearer', token }
    const lines = linesOf(await (await run({ spec: { ...spec, auth }, regions: ['b'] })).text())
    expect(lines.map((line) => line.region ?? 'done')).toEqual(['b', 'done'])
    const sent = region.taken.at(-1)
    expect(sent).toMatchObject({ workspaceId, testRunId: expect.any(String) })
    expect(JSON.stringify(sent)).not.toContain(token)
    expect(JSON.stringify(sent)).toMatch(/"token":"sealed\.v1\./)
  })

  test('says of a region that does not answer in time that it did not', async () => {
    const { run } = await newTester()
    const silent = await run({ spec, regions: ['b'] })
    const text = silent.text()
    await eventually('somebody waits', () => api.deps.clock.sleepers > 0)
    await api.deps.clock.advance(spec.timeoutMs + testRunLimits.patienceMs)
    expect(linesOf(await text)).toEqual([{ region: 'b', outcome: null }, { done: true }])
  })

  test('leaves neither a monitor nor a tick', async () => {
    await using _a = startRegion(api.deps, 'a')
    const { run, workspaceId } = await newTester()
    await (await run({ spec, regions: ['a'] })).text()
    expect([...(await countMonitors(api.deps.sql, workspaceId))]).toEqual([])
    expect(await countTicks(api.deps.sql)).toBe(0)
  })

  test('hears nothing of another one', async () => {
    await using _a = startRegion(api.deps, 'a')
    const [one, other] = await Promise.all([newTester(), newTester()])
    const texts = await Promise.all([one, other].map(async ({ run }) => (await run({ spec, regions: ['a'] })).text()))
    expect(texts.map((text) => linesOf(text).length)).toEqual([2, 2])
  })

  test('is one of thirty a minute that a workspace has', async () => {
    await using _a = startRegion(api.deps, 'a')
    const { run } = await newTester()
    for (let time = 0; time < testRunLimits.perMinute; time += 1) await (await run({ spec, regions: ['a'] })).text()
    const refused = await run({ spec, regions: ['a'] })
    expect(Number(refused.headers.get('retry-after'))).toBeWithin(1, 61)
    expect(await refusalOf(refused)).toBe('429 too_many_requests')
  })

  test.each([
    [{ url: 'http://169.254.169.254/' }, 'spec.url', 'forbidden_address', /leads to /],
    [
      { assertions: [{ kind: 'pattern', is: 'matches', value: 'v(\\d' }] },
      'spec.assertions.0.value',
      'invalid_pattern',
      /missing closing \) at character 2/,
    ],
    [
      { assertions: [{ kind: 'header', name: 'x', is: 'matches', value: '(a{1000}){1000}' }] },
      'spec.assertions.0.value',
      'invalid_pattern',
      /above 1000 in all at character 10/,
    ],
  ])('of %j is refused by a code, and so is the monitor', async (part, field, code, message) => {
    const { run, token } = await newTester()
    const body = { spec: { ...spec, ...part } }
    const saved = await api.ask('/api/v1/monitors', { token, body })
    for (const answer of [await run(body), saved]) {
      expect(await problemOf(answer)).toMatchObject({
        code: 'invalid_body',
        errors: [{ field, code, message: expect.stringMatching(message) }],
      })
    }
  })

  test('from a region that is not there is refused', async () => {
    const { run } = await newTester()
    expect(await refusalOf(await run({ spec, regions: ['moon'] }))).toBe('400 invalid_body')
  })
})
