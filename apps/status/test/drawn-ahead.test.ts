import { expect, test } from 'bun:test'
import type { Sql } from '@repo/db/database'
import { systemClock } from '@repo/service/clock'
import { createLog } from '@repo/service/log'
import { createPageStore } from '../src/page-store.ts'
import { keptRow } from '../src/render/kept-rows.ts'
import { createStatusServer } from '../src/server.ts'
import { wordsOf } from '../src/words.ts'
import { makeShop, shownAtMs, snapshotOf } from '../testing/pages.ts'

test('what a process has in files is drawn before anybody can ask for it', async () => {
  const store = createPageStore([snapshotOf(makeShop())])
  const stop = new AbortController()
  const drawn = Promise.withResolvers<string[]>()
  const rowsThere = () => {
    const { page } = store.bySlug('shop')?.snapshot ?? snapshotOf(makeShop())
    const view = {
      ...{ page, words: wordsOf(page.language), base: '/status/shop', version: 'v' },
      ...{ updatedAtMs: shownAtMs, isStale: true, ways: { mail: false, hooks: false } },
    }
    const components = page.sections.flatMap((section) => section.components)
    return components.map((one) => keptRow(view, one, () => 'not drawn'))
  }
  const service = createStatusServer({
    ...{ host: '127.0.0.1', port: 0, store, clock: systemClock, log: createLog('status', 'silent') },
    ...{ trustedProxies: [], publicUrl: undefined, logoOf: () => undefined, sql: {} as Sql },
    onListening: () => drawn.resolve(rowsThere()),
  })
  const ended = service(stop.signal)
  const rows = await drawn.promise
  stop.abort()
  await ended
  expect(rows).toHaveLength(5)
  for (const row of rows) expect(row).toStartWith('<div class="name">')
})
