import { afterAll, beforeAll, expect, test } from 'bun:test'
import { expiriesSchema } from '@repo/contracts/expiries'
import { saveKnownFacts } from '@repo/db/queries/watched-facts'
import { addMonitor } from '@repo/db/testing/populate'
import type { FactKind } from '@repo/domain/watched-fact'
import { type ApiInstance, openApi } from './instance.ts'

const DAY_MS = 86_400_000

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

/** Monitors by name, each with something that ends in so many days. */
async function personWith(facts: readonly (readonly [name: string, kind: FactKind, days: number])[]) {
  const { sql, clock } = api.deps
  const person = await api.addPerson()
  for (const [name, kind, days] of facts) {
    const { monitorKey } = await addMonitor(sql, person.workspaceId, { name })
    const expiresAtMs = clock.nowMs() + days * DAY_MS
    const known = [{ value: 'aa', shown: 'A', stage: 0 }]
    await saveKnownFacts(sql, [{ monitorKey, kind, known, expiresAtMs, changedAtMs: 0 }])
  }
  const list = async (query = '') =>
    expiriesSchema.parse(await (await api.ask(`/api/v1/expiries${query}`, { token: person.token })).json())
  return { ...person, list }
}

const namesOf = ({ items }: Awaited<ReturnType<Awaited<ReturnType<typeof personWith>>['list']>>) =>
  items.map(({ monitor, kind }) => `${monitor.name} ${kind}`)

test('what ends within two weeks, or has ended in the last one, is told, first what ends first', async () => {
  const { sql } = api.deps
  const person = await personWith([
    ['Shop', 'certificate', 5],
    ['Mail', 'domain', 13.9],
    ['Docs', 'certificate', 14.1],
    ['Old', 'certificate', -6.9],
    ['Forgotten', 'certificate', -7.1],
    ['Paused', 'certificate', 3],
    ['Records', 'dns', 3],
  ])
  await sql.execute(`update monitor set paused_at = now() where name = 'Paused'`)
  const stranger = await personWith([])

  expect(namesOf(await person.list())).toEqual(['Old certificate', 'Shop certificate', 'Mail domain'])
  expect(namesOf(await person.list('?withinDays=30'))).toContain('Docs certificate')
  expect(await stranger.list()).toEqual({ items: [], nextCursor: null })
})

test('it is told page by page, each once, also what ends at one instant', async () => {
  const person = await personWith(Array.from({ length: 5 }, (_, place) => [`Shop ${place}`, 'certificate', 5]))
  const seen: string[][] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await person.list(`?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(namesOf(page))
    cursor = page.nextCursor
  }
  expect(seen.map((page) => page.length)).toEqual([2, 2, 1])
  expect(new Set(seen.flat()).size).toBe(5)
})
