import type { Sql } from '@repo/db/database'
import { readPageLogo } from '@repo/db/queries/page-assets'
import type { StatusPageId } from '@repo/domain/ids'
import { buildPage } from '@repo/public-page/build-page'
import { groupIdsOf, monitorIdsOf, readStanding, type Standing } from '@repo/public-page/page-facts'
import { historyIn, readHistories } from '@repo/public-page/page-history'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import { createKnownPages, type Known } from './known-pages.ts'
import type { PageStore } from './page-store.ts'
import { createPlannedReader, nothingPlanned, type Planned } from './planned-maintenance.ts'
import type { Snapshots } from './snapshots.ts'

export interface PageKeeperDeps {
  readonly sql: Sql
  readonly store: PageStore
  readonly snapshots: Snapshots
  readonly clock: Clock
  readonly log: Log
  readonly everyMs?: number
  /** For so long bars are read in a round; what is left waits for the next one. */
  readonly historyBudgetMs?: number
}

const EVERY_MS = 2_000
/** The bars of a page are read anew when one of its components has changed, and else so often. */
const HISTORY_EVERY_MS = 60_000
/** The bars of so many pages are read by one query. */
const TOGETHER = 20
const HISTORY_BUDGET_MS = 1_000

/** What is now, for all pages. */
interface Present {
  readonly standing: Standing
  readonly planned: ReadonlyMap<string, Planned>
}

/**
 * Reads what the published pages say, again and again. Where that fails, what was read last is served on. What is now is read of all
 * pages by a few queries; what was, of those alone that need it.
 */
export function createPageKeeper(deps: PageKeeperDeps): Service {
  const { sql, store, snapshots, clock, log, everyMs = EVERY_MS, historyBudgetMs = HISTORY_BUDGET_MS } = deps
  const known = createKnownPages(deps)
  const keptLogos = new Map<string, string | null>()
  const readPlanned = createPlannedReader(deps)

  return async function pageKeeper(signal) {
    while (!signal.aborted) {
      await round().catch((err: unknown) => log.warn({ err }, 'status pages could not be read'))
      await clock.sleep(everyMs, signal)
    }
  }

  async function round(): Promise<void> {
    const atMs = clock.nowMs()
    await known.refresh()
    const gone = store.all().filter(({ snapshot }) => !known.all.has(snapshot.id as StatusPageId))
    for (const { snapshot } of gone) forget(snapshot.id)
    const pages = [...known.all.values()]
    const workspaceIds = [...new Set(pages.map(({ workspaceId }) => workspaceId))]
    const present = { standing: await readStanding(sql, pages), planned: await readPlanned(workspaceIds) }
    for (const page of pages) await keepLogo(page)
    for (const page of pages) if (page.history) draw(page, present)
    await renewHistories(pages, present)
    // After a start it takes a while to read all bars: what is said now does not wait for them.
    for (const page of pages) if (!page.history) draw(page, present)
    store.confirm(atMs)
  }

  /** Before the page names it: who asks for it is to get it, also when nobody can be asked for it any more. */
  async function keepLogo({ id, published }: Known): Promise<void> {
    if (keptLogos.get(id) === published.logo) return
    const logo = published.logo === null ? undefined : await readPageLogo(sql, id)
    snapshots.saveLogo(id, logo?.bytes ?? null)
    keptLogos.set(id, published.logo)
  }

  function forget(id: string): void {
    keptLogos.delete(id)
    store.remove(id)
    snapshots.remove(id)
  }

  /** Those that wait longest first. */
  async function renewHistories(pages: readonly Known[], present: Present): Promise<void> {
    const startedMs = clock.nowMs()
    const due = pages
      .filter((page) => isDue(page, present.standing, startedMs))
      .toSorted((one, other) => one.historyAtMs - other.historyAtMs)
    for (let from = 0; from < due.length; from += TOGETHER) {
      const nowMs = clock.nowMs()
      if (nowMs - startedMs > historyBudgetMs) return
      const together = due.slice(from, from + TOGETHER)
      const past = together.map((page) => ({ ...page, states: page.sayings.states }))
      const found = await readHistories(sql, past, { standing: present.standing, nowMs })
      for (const page of together) {
        // Pages that were read together for the first time are read apart from then on.
        page.historyAtMs = page.history ? nowMs : nowMs - (Bun.hash.crc32(page.id) % HISTORY_EVERY_MS)
        page.history = found.get(page.id)
        page.historyOf = standingOf(page, present.standing)
        page.drawnFrom = ''
        draw(page, present)
      }
    }
  }

  function isDue(page: Known, standing: Standing, nowMs: number): boolean {
    return nowMs - page.historyAtMs >= HISTORY_EVERY_MS || standingOf(page, standing) !== page.historyOf
  }

  function draw(page: Known, { standing, planned }: Present): void {
    const { id, published, content, sayings } = page
    const before = store.byId(id)?.snapshot
    const history = page.history ?? (before && historyIn(before.page))
    if (!history) return
    const nowMs = clock.nowMs()
    const { facts: maintenances, mark } = planned.get(page.workspaceId) ?? nothingPlanned
    const from = `${standingOf(page, standing)} ${mark} ${announcedAt(page, nowMs)}`
    if (from === page.drawnFrom) return
    page.drawnFrom = from
    const facts = { standing, sayings, history, maintenances }
    const { passwordHash, secret } = published
    const drawn = buildPage({ ...published, content }, facts, nowMs)
    const snapshot = { id, access: content.access, passwordHash, secret, readAtMs: nowMs, page: drawn }
    if (before && sameBesideTime(before, snapshot)) return
    store.put(snapshot)
    snapshots.save(snapshot)
  }
}

/** What is now of what a page watches, in a text that is another one whenever something of it is. */
function standingOf({ content }: Known, { monitors, groups }: Standing): string {
  const stateOf = (id: string) => {
    const monitor = monitors.get(id)
    return monitor ? `${monitor.status}${monitor.sinceMs}` : '-'
  }
  const ofGroups = groupIdsOf(content).map((id) => {
    const group = groups.get(id)
    return group ? `${JSON.stringify(group)}${group.members.map(({ monitorId }) => stateOf(monitorId))}` : '-'
  })
  return [...monitorIdsOf(content).map(stateOf), ...ofGroups].join()
}

function announcedAt({ sayings }: Known, nowMs: number): string {
  return sayings.announcements
    .map(({ fromMs, untilMs }) => Number(fromMs <= nowMs && (untilMs === null || untilMs > nowMs)))
    .join('')
}

function sameBesideTime<Timed extends { readonly readAtMs: number }>(one: Timed, other: Timed): boolean {
  return JSON.stringify({ ...one, readAtMs: 0 }) === JSON.stringify({ ...other, readAtMs: 0 })
}
