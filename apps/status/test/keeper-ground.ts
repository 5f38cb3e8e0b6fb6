import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publicPageSchema } from '@repo/contracts/public-page'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addWorkspace } from '@repo/db/testing/populate'
import { addPublishedPage } from '@repo/db/testing/status-pages'
import type { StatusPageId, WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createPageKeeper, type PageKeeperDeps } from '../src/page-keeper.ts'
import { createPageStore } from '../src/page-store.ts'
import { openSnapshots, type Snapshots } from '../src/snapshots.ts'

export const uuid = () => crypto.randomUUID()

/** The keeper of pages over a database of its own, at noon. It looks when it is told to. */
export interface PageGround extends AsyncDisposable {
  readonly database: TestDatabase
  readonly workspaceId: WorkspaceId
  readonly clock: ManualClock
  readonly snapshots: Snapshots
  /** A published page with these components. */
  publish(components: readonly Record<string, unknown>[], more?: Record<string, unknown>): Promise<StatusPageId>
  /** Lets the keeper look once more, so many seconds later. */
  look(seconds?: number): Promise<void>
  /** Begins anew with what is in the files. */
  restart(more?: Pick<PageKeeperDeps, 'historyBudgetMs'>): Promise<void>
  /** What outsiders get of a page. */
  page(id: StatusPageId): ReturnType<typeof publicPageSchema.parse>
  isServed(id: StatusPageId): boolean
}

export async function openPageGround(): Promise<PageGround> {
  const database = await openTestDatabase()
  const workspaceId = await addWorkspace(database.sql)
  const clock = createManualClock(noonMs)
  const directory = mkdtempSync(join(tmpdir(), 'pages-'))
  const snapshots = openSnapshots(directory, createLog('status', 'silent'))
  const log = createLog('status', 'silent')
  let store = createPageStore([])
  const keep = (more = {}) => run(createPageKeeper({ sql: database.sql, store, snapshots, clock, log, ...more }))
  let keeper = keep()
  const rested = () => eventually('the round has ended', () => clock.sleepers === 1)
  return {
    ...{ database, workspaceId, clock, snapshots },
    async publish(components, more = {}) {
      const named = components.map((one) => ({ id: uuid(), name: 'Search', ...one }))
      const sections = [{ id: uuid(), name: 'All', components: named }]
      const content = { title: 'Shop', sections, ...more }
      return (await addPublishedPage(database.sql, { workspaceId, content })).id
    },
    async look(seconds = 2) {
      await rested()
      await clock.jump(seconds * 1_000)
      await rested()
    },
    async restart(more) {
      await keeper.stop()
      store = createPageStore(snapshots.load())
      keeper = keep(more)
    },
    page: (id) => publicPageSchema.parse(store.byId(id)?.snapshot.page),
    isServed: (id) => store.byId(id) !== undefined,
    async [Symbol.asyncDispose]() {
      await keeper.stop()
      await database[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true })
    },
  }
}
