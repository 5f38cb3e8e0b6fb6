import { leavesAndParents, type PageContent, pageContentSchema, type StatusPage } from '@repo/contracts/status-pages'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { findGroup } from '@repo/db/queries/monitor-groups'
import { findMonitors } from '@repo/db/queries/monitors'
import { findStatusPage, type StoredStatusPage } from '@repo/db/queries/status-pages'
import { parseGroupId, parseMonitorId, type StatusPageId, type WorkspaceId } from '@repo/domain/ids'
import { AppError } from './problems.ts'

export interface OwnedPage {
  readonly workspaceId: WorkspaceId
  readonly id: StatusPageId
}

/** @throws AppError `not_found` where the workspace has no such page. */
export async function getStatusPage(sql: Sql, owned: OwnedPage): Promise<StoredStatusPage> {
  const page = await findStatusPage(sql, owned)
  if (!page) throw new AppError('not_found')
  return page
}

/** @throws Error for contents that we could not have written. */
export function toStatusPageJson(page: StoredStatusPage): StatusPage {
  return {
    id: page.id,
    slug: page.slug,
    draft: pageContentSchema.parse(page.draft),
    published: page.published === null ? null : pageContentSchema.parse(page.published),
    publishedAt: isoTimeOrNull(page.publishedAtMs),
    publishedBy: page.publishedBy,
    hasChanges: page.hasChanges,
    version: page.version,
    createdAt: isoTime(page.createdAtMs),
    updatedAt: isoTime(page.updatedAtMs),
  }
}

/**
 * A page shows nothing of another workspace.
 *
 * @throws AppError `invalid_body` where the workspace does not have a monitor or a group that a component is of.
 */
export async function refuseForeignSources(sql: Sql, workspaceId: WorkspaceId, content: PageContent): Promise<void> {
  const sources = leavesAndParents(content.sections).map(({ id, source }) => ({ id, source }))
  const ids = sources.flatMap(({ source }) => (source.kind === 'monitor' ? [parseMonitorId(source.monitorId)] : []))
  const known = new Set(
    (await findMonitors(sql, { workspaceId, ids: [...new Set(ids)] })).map((one) => one.id as string),
  )
  for (const { id, source } of sources) {
    if (source.kind === 'monitor' && !known.has(source.monitorId)) throw missing(content, id, 'monitor')
    if (source.kind === 'group' && !(await findGroup(sql, { workspaceId, id: parseGroupId(source.groupId) })))
      throw missing(content, id, 'group')
  }
}

function missing(content: PageContent, componentId: string, what: string): AppError {
  const field = `content.${pathOf(content, componentId)}.source`
  const error = { field, message: `there is no such ${what}` }
  return new AppError('invalid_body', `${field}: ${error.message}`, { errors: [error] })
}

function pathOf({ sections }: PageContent, id: string): string {
  for (const [section, { components }] of sections.entries()) {
    for (const [place, component] of components.entries()) {
      const path = `sections.${section}.components.${place}`
      if (component.id === id) return path
      const part = component.parts.findIndex((one) => one.id === id)
      if (part >= 0) return `${path}.parts.${part}`
    }
  }
  return 'sections'
}

/** A page as the audit log keeps it: how much of it there is, and not every word. */
export function auditedPage({ slug, draft, publishedAtMs }: StoredStatusPage): Record<string, unknown> {
  const { title, sections, access } = pageContentSchema.parse(draft)
  return {
    ...{ slug, title, access: access.kind, isPublished: publishedAtMs !== null },
    components: leavesAndParents(sections).length,
  }
}
