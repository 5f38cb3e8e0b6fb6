import { type PageContent, pageContentSchema } from '@repo/contracts/status-pages'
import type { Sql } from '@repo/db/database'
import {
  dropStaleDrafts,
  type LastingIncident,
  listLastingIncidents,
  listStandingDrafts,
  type StandingDraft,
} from '@repo/db/queries/page-drafting'
import { listRelapses, type Relapse } from '@repo/db/queries/page-relapses'
import { listPublishedMarks, readPublishedPages } from '@repo/db/queries/public-pages'
import type { StatusPageId, WorkspaceId } from '@repo/domain/ids'
import { groupIdsOf, monitorIdsOf, readStanding, type Standing } from '@repo/public-page/page-facts'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Lease } from '@repo/streams/lease'
import { createPace, type Pace } from './pace.ts'
import { draftForPage } from './page-drafts.ts'

export interface PageDrafterDeps {
  readonly sql: Sql
  readonly lease: Lease
  readonly clock: Clock
  readonly log: Log
  readonly pace?: Pace
}

/** A published page, as its visitors see it. */
export interface DraftedPage {
  readonly id: StatusPageId
  readonly workspaceId: WorkspaceId
  readonly version: number
  readonly content: PageContent
}

const everyMs = 2_000
/** What nobody wanted to say for so long nobody will. */
const staleAfterMs = 7 * 86_400_000
const dropEveryMs = 3_600_000

/**
 * Writes for published pages what they may say of the incidents of monitors that their components are of, one of all dbpushers at a
 * time. It goes by what there is: whatever was missed is drafted at the next look, and nothing is drafted twice.
 */
export function createPageDrafter(deps: PageDrafterDeps): Service {
  const { sql, lease, clock, log, pace = createPace(everyMs) } = deps
  const pages = new Map<StatusPageId, DraftedPage>()
  let droppedAtMs = Number.NEGATIVE_INFINITY

  return async function pageDrafter(signal) {
    while (!signal.aborted) {
      await pace.time(round).catch((err: unknown) => log.warn({ err }, 'nothing could be drafted for pages'))
      await clock.sleep(pace.waitMs(), signal)
    }
    await lease.release().catch(() => {})
  }

  async function round(): Promise<void> {
    if (!(await lease.hold()).held) return
    await readPages()
    const nowMs = clock.nowMs()
    const workspaceIds = [...new Set([...pages.values()].map(({ workspaceId }) => workspaceId))]
    const lasting = Map.groupBy(await listLastingIncidents(sql, workspaceIds), (one) => one.workspaceId)
    const drafts = Map.groupBy(await listStandingDrafts(sql, [...pages.keys()]), ({ pageId }) => pageId)
    const relapses = Map.groupBy(await listRelapses(sql, [...pages.keys()]), ({ pageId }) => pageId)
    for (const page of pages.values()) {
      const fresh = freshFor(page, lasting.get(page.workspaceId) ?? [])
      const found = { fresh, drafts: drafts.get(page.id) ?? [], relapses: relapses.get(page.id) ?? [] }
      if (Object.values(found).some(({ length }) => length > 0)) await draft(page, { ...found, nowMs })
    }
    if (nowMs - droppedAtMs < dropEveryMs) return
    await dropStaleDrafts(sql, nowMs - staleAfterMs)
    droppedAtMs = nowMs
  }

  /** What one page cannot say is no reason for the others to be silent. */
  async function draft(page: DraftedPage, found: Found): Promise<void> {
    try {
      const standing = found.fresh.length === 0 ? nothing : await readStanding(sql, [page])
      await sql.transaction((tx) => draftForPage(tx, page, { ...found, standing }))
    } catch (err) {
      log.warn({ err, pageId: page.id }, 'nothing could be drafted for a page')
    }
  }

  async function readPages(): Promise<void> {
    const marks = await listPublishedMarks(sql)
    for (const id of pages.keys()) if (!marks.has(id)) pages.delete(id)
    const changed = [...marks].filter(([id, { version }]) => pages.get(id)?.version !== version).map(([id]) => id)
    if (changed.length === 0) return
    for (const { id, workspaceId, content } of await readPublishedPages(sql, changed)) {
      const parsed = pageContentSchema.safeParse(content)
      if (parsed.success) pages.set(id, { id, workspaceId, content: parsed.data, version: marks.get(id)?.version ?? 0 })
      else log.error({ err: parsed.error, pageId: id }, 'a status page cannot be read')
    }
  }
}

const nothing: Standing = { monitors: new Map(), groups: new Map() }

interface Found {
  /** Incidents that the page says nothing of yet. */
  readonly fresh: readonly LastingIncident[]
  readonly drafts: readonly StandingDraft[]
  readonly relapses: readonly Relapse[]
  readonly nowMs: number
}

/** Those that may concern it: whether they do, the members of its groups say. */
function freshFor({ id, content }: DraftedPage, lasting: readonly LastingIncident[]): LastingIncident[] {
  if (lasting.length === 0) return []
  const watched = new Set(monitorIdsOf(content))
  const hasGroups = groupIdsOf(content).length > 0
  return lasting.filter(({ pageIds, monitorId }) => !pageIds.includes(id) && (hasGroups || watched.has(monitorId)))
}
