import { pageContentSchema } from '@repo/contracts/status-pages'
import type { Sql } from '@repo/db/database'
import {
  listPublishedVersions,
  type PublicMonitor,
  type PublishedPage,
  readPublishedPages,
} from '@repo/db/queries/public-pages'
import type { DayStatus } from '@repo/db/queries/uptime'
import type { StatusPageId } from '@repo/domain/ids'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import { buildPage } from './build-page.ts'
import { type Drawn, monitorIdsOf, readDaysOf, readMonitorsOf } from './page-facts.ts'
import type { PageStore } from './page-store.ts'
import type { Snapshots } from './snapshots.ts'

export interface PageKeeperDeps {
  readonly sql: Sql
  readonly store: PageStore
  readonly snapshots: Snapshots
  readonly clock: Clock
  readonly log: Log
  readonly everyMs?: number
}

const EVERY_MS = 2_000
/** The bars of a page are read anew when one of its components has changed, and else so often. */
const DAYS_EVERY_MS = 60_000

interface Known extends Drawn {
  readonly version: number
  readonly published: PublishedPage
  days: ReadonlyMap<number, readonly DayStatus[]>
  daysAtMs: number
  statuses: string
}

/** Reads what the published pages say, again and again. Where that fails, what was read last is served on. */
export function createPageKeeper(deps: PageKeeperDeps): Service {
  const { sql, store, snapshots, clock, log, everyMs = EVERY_MS } = deps
  const known = new Map<StatusPageId, Known>()

  return async function pageKeeper(signal) {
    while (!signal.aborted) {
      await round().catch((err: unknown) => log.warn({ err }, 'status pages could not be read'))
      await clock.sleep(everyMs, signal)
    }
  }

  async function round(): Promise<void> {
    const atMs = clock.nowMs()
    await readContents(await listPublishedVersions(sql))
    const monitors = await readMonitorsOf(sql, [...known.values()])
    for (const [id, page] of known) await draw(id, page, monitors)
    store.confirm(atMs)
  }

  async function readContents(versions: ReadonlyMap<StatusPageId, number>): Promise<void> {
    const gone = store.all().filter(({ snapshot }) => !versions.has(snapshot.id as StatusPageId))
    for (const { snapshot } of gone) forget(snapshot.id as StatusPageId)
    const changed = [...versions].filter(([id, version]) => known.get(id)?.version !== version).map(([id]) => id)
    if (changed.length === 0) return
    for (const published of await readPublishedPages(sql, changed)) {
      const content = pageContentSchema.safeParse(published.content)
      if (!content.success) {
        log.error({ err: content.error, pageId: published.id }, 'a status page cannot be read')
        continue
      }
      const { id, workspaceId } = published
      known.set(id, {
        ...{ workspaceId, published, content: content.data, version: versions.get(id) ?? 0 },
        ...{ days: new Map(), daysAtMs: 0, statuses: '' },
      })
    }
  }

  function forget(id: StatusPageId): void {
    known.delete(id)
    store.remove(id)
    snapshots.remove(id)
  }

  async function draw(id: StatusPageId, known: Known, monitors: ReadonlyMap<string, PublicMonitor>): Promise<void> {
    const { published, content } = known
    const nowMs = clock.nowMs()
    const statuses = monitorIdsOf(content)
      .map((monitorId) => monitors.get(monitorId)?.status)
      .join()
    if (statuses !== known.statuses || nowMs - known.daysAtMs >= DAYS_EVERY_MS) {
      known.days = await readDaysOf(sql, known, { monitors, nowMs })
      known.daysAtMs = nowMs
      known.statuses = statuses
    }
    const page = buildPage({ ...published, content }, { monitors, days: known.days }, nowMs)
    const { passwordHash, secret } = published
    const snapshot = { id, access: content.access, passwordHash, secret, readAtMs: nowMs, page }
    const before = store.byId(id)?.snapshot
    if (before && sameBesideTime(before, snapshot)) return
    store.put(snapshot)
    snapshots.save(snapshot)
  }
}

function sameBesideTime<Timed extends { readonly readAtMs: number }>(one: Timed, other: Timed): boolean {
  return JSON.stringify({ ...one, readAtMs: 0 }) === JSON.stringify({ ...other, readAtMs: 0 })
}
