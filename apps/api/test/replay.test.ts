import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Replayed, replaySchema } from '@repo/contracts/replay'
import { addMonitor, addTicks } from '@repo/db/testing/populate'
import { parseRegion } from '@repo/domain/region'
import { makeTick, noonMs } from '@repo/domain/testing'
import { type ApiInstance, openApi, problemOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const at = (second: number) => new Date(noonMs + second * 1_000).toISOString()
const hour = { from: at(0), to: at(3_600) }

/** A monitor of two regions, checked every minute for an hour: both fail for five minutes from the tenth on, `a` alone at the thirtieth. */
async function personWithPast() {
  const person = await api.addPerson()
  const regions = ['a', 'b'].map(parseRegion)
  const monitor = await addMonitor(api.deps.sql, person.workspaceId, { regions })
  const minutes = Array.from({ length: 60 }, (_, minute) => minute)
  const verdictIn = (region: string, minute: number) => {
    const isDown = (minute >= 10 && minute < 15) || (region === 'a' && minute === 30)
    return isDown ? ('down' as const) : ('up' as const)
  }
  const ticks = minutes.flatMap((minute) =>
    regions.map((region) => makeTick(region, noonMs + minute * 60_000, verdictIn(region, minute))),
  )
  await addTicks(api.deps.sql, monitor, ticks)
  const ask = (body: object, token = person.token) => api.ask(`/api/v1/monitors/${monitor.id}/replay`, { token, body })
  const replay = async (policy: object, span: object = hour): Promise<Replayed> =>
    replaySchema.parse(await (await ask({ ...span, policy })).json())
  return { ask, replay }
}

describe('the past of a monitor', () => {
  test('comes to what it came to under the policy that it has', async () => {
    const { replay } = await personWithPast()
    const { replayed, present, checks } = await replay({})
    expect(checks).toBe(120)
    expect(replayed).toEqual(present)
    expect(replayed).toMatchObject({ count: 1, alerts: 2, downSeconds: 300 })
    expect(replayed.incidents).toMatchObject([
      { severity: 'down', beganAt: at(600), endedAt: at(900), durationSeconds: 300 },
    ])
  })

  test('comes to more under one that believes a single region, beside what it came to', async () => {
    const { replay } = await personWithPast()
    const { replayed, present, policy } = await replay({ quorum: { kind: 'any' }, failures: 1 })
    expect(policy).toMatchObject({ quorum: { kind: 'any' }, failures: 1, recoveries: 2 })
    expect(replayed.incidents.map((one) => one.beganAt)).toEqual([at(1_800), at(600)])
    expect(present.count).toBe(1)
  })

  test('comes to nothing under one that waits for longer than it took', async () => {
    const { replay } = await personWithPast()
    expect((await replay({ failures: 6 })).replayed).toEqual({ incidents: [], count: 0, alerts: 0, downSeconds: 0 })
  })

  test('is read of the time that was asked for', async () => {
    const { replay } = await personWithPast()
    const { checks, replayed } = await replay({}, { from: at(0), to: at(720) })
    expect(checks).toBe(26)
    expect(replayed.incidents).toMatchObject([{ endedAt: null, durationSeconds: 120 }])
  })

  const refused: [string, object, string][] = [
    ['a time that ends before it begins', { from: at(60), to: at(0) }, 'to'],
    ['more than thirty days', { from: at(0), to: at(31 * 86_400) }, 'to'],
    ['no time at all', { from: 'yesterday', to: at(0) }, 'from'],
    ['more regions than it has', { ...hour, policy: { quorum: { kind: 'count', count: 3 } } }, 'policy.quorum.count'],
  ]
  test.each(refused)('is refused for %s', async (_what, body, field) => {
    const { ask } = await personWithPast()
    const answer = await ask(body)
    expect(answer.status).toBe(400)
    expect(await problemOf(answer)).toMatchObject({ code: 'invalid_body', errors: [{ field }] })
  })

  test('is nothing that another workspace may read', async () => {
    const { ask } = await personWithPast()
    expect((await ask(hour, (await api.addPerson()).token)).status).toBe(404)
  })
})
