import { afterAll, beforeAll, expect, test } from 'bun:test'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addSubscriber } from '@repo/db/testing/page-subscribers'
import { addWorkspace } from '@repo/db/testing/populate'
import { addPublishedPage } from '@repo/db/testing/status-pages'
import type { StatusPageId } from '@repo/domain/ids'
import { makePage, makeSnapshot, openStatusApp } from './page-ground.ts'

let database: TestDatabase
let pageId: StatusPageId
beforeAll(async () => {
  database = await openTestDatabase()
  const workspaceId = await addWorkspace(database.sql)
  pageId = (await addPublishedPage(database.sql, { workspaceId, slug: 'shop' })).id
})
afterAll(() => database[Symbol.asyncDispose]())

const newAddress = () => `${crypto.randomUUID()}@example.com`
const addresses = {
  known: async () => {
    const email = newAddress()
    await addSubscriber(database.sql, { pageId, email })
    return email
  },
  unknown: async () => newAddress(),
}

const doors = {
  subscribe: { field: 'address', access: { kind: 'public' } as const },
  access: { field: 'email', access: { kind: 'email' as const, domains: ['example.com'] } },
}

test.each(Object.entries(doors))(
  'how long %s took tells nothing of the address',
  async (door, { field, access }) => {
    const { ask } = openStatusApp([makeSnapshot({ id: pageId, page: makePage(), access })], {
      ...{ sql: database.sql, publicUrl: 'https://up.example', subscribing: { byMail: true, keyring: undefined } },
    })
    const of =
      door === 'subscribe' ? addresses : { known: addresses.unknown, unknown: async () => 'eve@elsewhere.example' }
    const tookMs = { known: [] as number[], unknown: [] as number[] }
    for (let round = 0; round < 45; round += 1) {
      const emails = { known: await of.known(), unknown: await of.unknown() }
      // Which of them comes first changes, so that whatever else the machine does meets both alike.
      for (const who of round % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)) {
        const body = new URLSearchParams({ kind: 'email', [field]: emails[who] })
        const address = `192.0.${round}.${who === 'known' ? 1 : 2}`
        const askedAtMs = performance.now()
        expect((await ask(`/status/shop/${door}`, { method: 'POST', body, address })).status).toBe(200)
        tookMs[who].push(performance.now() - askedAtMs)
      }
    }
    // By chance alone it leaves these bounds once in twenty thousand times.
    expect(chanceOfLonger(tookMs.known, tookMs.unknown)).toBeWithin(0.25, 0.75)
  },
  60_000,
)

/** How often one of the first took longer than one of the second (Mann and Whitney's U, as a share): 0.5 where they are alike. */
function chanceOfLonger(first: readonly number[], second: readonly number[]): number {
  const longer = first.flatMap((one) => second.map((other): number => (one > other ? 1 : one === other ? 0.5 : 0)))
  return longer.reduce((sum, won) => sum + won, 0) / longer.length
}
