import { domainProblems, type PageDomain } from '@repo/contracts/page-domain'
import { leavesAndParents, type PageContent, pageContentSchema, type StatusPage } from '@repo/contracts/status-pages'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { beginComponentStates } from '@repo/db/queries/component-states'
import { findGroup } from '@repo/db/queries/monitor-groups'
import { findMonitors } from '@repo/db/queries/monitors'
import {
  findStatusPage,
  type Publishing,
  publishStatusPage,
  type StoredDomain,
  type StoredStatusPage,
} from '@repo/db/queries/status-pages'
import { parseGroupId, parseMonitorId, parseStatusPageId, type StatusPageId, type WorkspaceId } from '@repo/domain/ids'
import { proofOf } from '@repo/public-page/domain-proof'
import type { Context } from 'hono'
import type { Asked } from './access/guard.ts'
import type { ApiDeps } from './deps.ts'
import { idOr404 } from './named-monitors.ts'
import { AppError } from './problems.ts'

export interface OwnedPage {
  readonly workspaceId: WorkspaceId
  readonly id: StatusPageId
}

/** The page that a path names. @throws AppError `not_found` for an id that is none. */
export function ownedPage(c: Context<Asked>, id: string): OwnedPage {
  return { workspaceId: c.get('principal').workspaceId, id: idOr404(parseStatusPageId, id) }
}

/** @throws AppError `not_found` where the workspace has no such page. */
export async function getStatusPage(sql: Sql, owned: OwnedPage): Promise<StoredStatusPage> {
  const page = await findStatusPage(sql, owned)
  if (!page) throw new AppError('not_found')
  return page
}

/** @throws Error for contents that we could not have written. */
export function toStatusPageJson(page: StoredStatusPage, deps: Pick<ApiDeps, 'publicUrl'>): StatusPage {
  return {
    id: page.id,
    slug: page.slug,
    publishedSlug: page.publishedSlug,
    draft: pageContentSchema.parse(page.draft),
    published: page.published === null ? null : pageContentSchema.parse(page.published),
    publishedAt: isoTimeOrNull(page.publishedAtMs),
    publishedBy: page.publishedBy,
    hasChanges: page.hasChanges,
    hasPassword: page.hasPassword,
    logo: page.logo,
    domain: page.domain && toDomainJson(page.domain, deps),
    version: page.version,
    createdAt: isoTime(page.createdAtMs),
    updatedAt: isoTime(page.updatedAtMs),
  }
}

export function toDomainJson(domain: StoredDomain, { publicUrl }: Pick<ApiDeps, 'publicUrl'>): PageDomain {
  const { name, problem } = domain
  const here = publicUrl === undefined ? undefined : new URL(publicUrl).hostname
  return {
    name,
    proof: { type: 'TXT', ...proofOf(domain) },
    pointer: here === undefined ? null : { type: 'CNAME', name, value: here },
    verifiedAt: isoTimeOrNull(domain.verifiedAtMs),
    checkedAt: isoTimeOrNull(domain.checkedAtMs),
    problem: domainProblems.find((one) => one === problem) ?? null,
    failingSince: isoTimeOrNull(domain.failingSinceMs),
  }
}

/**
 * Shows the draft to outsiders. The histories of components that nobody watches begin with it.
 *
 * @throws AppError `password_needed`, or `not_found`.
 */
export async function publishPage(sql: Sql, owned: OwnedPage, publishing: Publishing) {
  const { draft, hasPassword } = await getStatusPage(sql, owned)
  const { access, sections } = pageContentSchema.parse(draft)
  if (access.kind === 'password' && !hasPassword) throw new AppError('password_needed', 'set one first')
  const manual = leavesAndParents(sections).filter(({ source }) => source.kind === 'manual')
  const componentIds = manual.map(({ id }) => id)
  await beginComponentStates(sql, owned, { componentIds, state: 'operational', nowMs: publishing.nowMs })
  return publishStatusPage(sql, owned, publishing)
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
