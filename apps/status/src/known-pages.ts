import { type PageContent, pageContentSchema } from '@repo/contracts/status-pages'
import type { Sql } from '@repo/db/database'
import {
  listPublishedMarks,
  type PublishedMarks,
  type PublishedPage,
  readPublishedPages,
} from '@repo/db/queries/public-pages'
import type { StatusPageId } from '@repo/domain/ids'
import { type Drawn, type PageHistory, readSayings, type Sayings } from '@repo/public-page/page-facts'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'

/** A published page, with what was read last of what it says. */
export interface Known extends Drawn {
  readonly marks: PublishedMarks
  readonly published: PublishedPage
  readonly sayings: Sayings
  /** Not yet, where it is undefined: until then it cannot be drawn. */
  history: PageHistory | undefined
  historyAtMs: number
  /** What its monitors and groups were when its history was read. */
  historyOf: string
  /** What it was drawn from last; empty where it is to be drawn anew. */
  drawnFrom: string
}

/** So many are read by one query. */
const TOGETHER = 200

/** The published pages as they were read last. */
export interface KnownPages {
  readonly all: ReadonlyMap<StatusPageId, Known>
  /** Reads what has changed of them. @returns the ids of those that are published no more. */
  refresh(): Promise<StatusPageId[]>
}

export function createKnownPages({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): KnownPages {
  const pages = new Map<StatusPageId, Known>()

  return {
    all: pages,
    async refresh() {
      const marks = await listPublishedMarks(sql)
      const gone = [...pages.keys()].filter((id) => !marks.has(id))
      for (const id of gone) pages.delete(id)
      const changed = [...marks].filter(([id, { version }]) => pages.get(id)?.marks.version !== version)
      for (const together of inChunks(changed)) await readContents(new Map(together))
      const said = [...marks].filter(([id, { said }]) => pages.has(id) && pages.get(id)?.marks.said !== said)
      for (const together of inChunks(said)) await readSaid(new Map(together))
      return gone
    },
  }

  async function readContents(marks: ReadonlyMap<StatusPageId, PublishedMarks>): Promise<void> {
    const ids = [...marks.keys()]
    const said = await readSayings(sql, ids, clock.nowMs())
    for (const published of await readPublishedPages(sql, ids)) {
      const { id, workspaceId } = published
      const content = contentOf(published)
      const sayings = said.get(id)
      const mark = marks.get(id)
      if (!content || !sayings || !mark) continue
      pages.set(id, {
        ...{ id, workspaceId, content, published, sayings, marks: mark },
        ...{ history: undefined, historyAtMs: 0, historyOf: '', drawnFrom: '' },
      })
    }
  }

  function contentOf({ id: pageId, content }: PublishedPage): PageContent | undefined {
    const parsed = pageContentSchema.safeParse(content)
    if (!parsed.success) log.error({ err: parsed.error, pageId }, 'a status page cannot be read')
    return parsed.data
  }

  async function readSaid(marks: ReadonlyMap<StatusPageId, PublishedMarks>): Promise<void> {
    for (const [id, sayings] of await readSayings(sql, [...marks.keys()], clock.nowMs())) {
      const [page, mark] = [pages.get(id as StatusPageId), marks.get(id as StatusPageId)]
      // What was said of a component by hand is in its bars, too.
      if (page && mark) pages.set(page.id, { ...page, sayings, marks: mark, historyAtMs: 0, drawnFrom: '' })
    }
  }
}

function inChunks<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / TOGETHER) }, (_, place) =>
    items.slice(place * TOGETHER, (place + 1) * TOGETHER),
  )
}
