import { parseStatusPageId, type StatusPageId, type WorkspaceId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import { type ExpectedVersion, isMeant, type Owned, type Versioned, whyMissed } from './versioned.ts'

/** Status pages of a workspace, as their makers see them. */

/** Contents are as stored: whoever uses them parses them. */
export interface StoredStatusPage extends Versioned {
  readonly id: StatusPageId
  /** What is drafted, as all of `draft` is. */
  readonly slug: string
  /** By which outsiders find it; null where they see nothing. */
  readonly publishedSlug: string | null
  readonly draft: unknown
  readonly published: unknown
  readonly publishedAtMs: number | null
  readonly publishedBy: string | null
  /** Whether the draft says something else than what is published. */
  readonly hasChanges: boolean
  readonly hasPassword: boolean
  /** Of the bytes of its logo, in hexadecimal; null where there is none. */
  readonly logo: string | null
  /** Null where it has no name of its own. */
  readonly domain: StoredDomain | null
}

/** A name of its own that a page has, or is to have. */
export interface StoredDomain {
  readonly name: string
  /** What its owner is to put into its TXT record. */
  readonly token: string
  readonly verifiedAtMs: number | null
  readonly checkedAtMs: number | null
  readonly failingSinceMs: number | null
  readonly problem: string | null
}

export interface NewStatusPage {
  readonly id: StatusPageId
  readonly workspaceId: WorkspaceId
  readonly slug: string
  readonly content: unknown
}

/** @returns `taken` where another page of the instance has this slug, drafted or published. */
export async function createStatusPage(
  sql: Sql,
  { id, workspaceId, slug, content }: NewStatusPage,
  nowMs: number,
): Promise<'created' | 'taken'> {
  const { rowCount } = await sql.execute(text`
    with held as (
      insert into status_page_address (slug, page_id, workspace_id) values (${slug}, ${id}, ${workspaceId})
      on conflict do nothing returning slug
    )
    insert into status_page (id, workspace_id, slug, draft, created_at, updated_at)
    select ${id}, ${workspaceId}, slug, ${JSON.stringify(content)}::jsonb, ${instant(nowMs)}, ${instant(nowMs)} from held`)
  return rowCount ? 'created' : 'taken'
}

export async function findStatusPage(
  sql: Sql,
  { workspaceId, id }: Owned<StatusPageId>,
): Promise<StoredStatusPage | undefined> {
  const [found] = await readPages(sql, text`workspace_id = ${workspaceId} and id = ${id}`)
  return found
}

/** In the order in which they were made. */
export async function listStatusPages(
  sql: Sql,
  workspaceId: WorkspaceId,
  { limit, cursor }: { limit: number; cursor?: { readonly id: string } | undefined },
): Promise<{ readonly items: readonly StoredStatusPage[]; readonly next: { readonly id: string } | null }> {
  const later = cursor ? text`id > ${cursor.id}::uuid` : text`true`
  const found = await readPages(sql, text`workspace_id = ${workspaceId} and ${later}`, limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last ? { id: last.id } : null }
}

/** What signs the previews of a page. */
export async function findPageSecret(sql: Sql, id: StatusPageId): Promise<string | undefined> {
  const { rows } = await sql.execute<{ secret: string }>(text`select secret from status_page where id = ${id}`)
  return rows[0]?.secret
}

export async function countStatusPages(sql: Sql, workspaceId: WorkspaceId): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`
    select count(*)::integer as count from status_page where workspace_id = ${workspaceId}`)
  return rows[0]?.count ?? 0
}

export interface StatusPageChange extends ExpectedVersion {
  readonly slug?: string | undefined
  readonly content?: unknown
  readonly nowMs: number
}

const UNIQUE_VIOLATION = '23505'

/** Changes the draft. The transaction is at its end where the slug is taken: nothing may follow in it. */
export async function changeStatusPage(
  sql: Sql,
  owned: Owned<StatusPageId>,
  { slug, content, nowMs, expectedVersion }: StatusPageChange,
): Promise<'changed' | 'stale' | 'absent' | 'taken'> {
  const values = [text`updated_at = ${instant(nowMs)}`, text`version = version + 1`]
  if (slug !== undefined) values.push(text`slug = ${slug}`)
  if (content !== undefined) values.push(text`draft = ${JSON.stringify(content)}::jsonb`)
  const change = text`
    update status_page set ${text.join(values, text`, `)} where ${isMeant(owned, { expectedVersion })}`
  return changeAddress(sql, owned, change)
}

/** A change by which a page may hold another slug than before. */
async function changeAddress(sql: Sql, owned: Owned<StatusPageId>, change: SQL) {
  try {
    const { rowCount } = await sql.execute(change)
    return rowCount ? ('changed' as const) : await whyMissed(sql, 'status_page', owned)
  } catch (error) {
    if ((error as { code?: string }).code === UNIQUE_VIOLATION) return 'taken' as const
    throw error
  }
}

export interface Publishing extends ExpectedVersion {
  readonly by: string
  readonly nowMs: number
}

/** Shows the draft to outsiders, at the address that is drafted. The transaction is at its end where that is taken. */
export async function publishStatusPage(
  sql: Sql,
  owned: Owned<StatusPageId>,
  { by, nowMs, expectedVersion }: Publishing,
): Promise<'changed' | 'stale' | 'absent' | 'taken'> {
  const change = text`
    update status_page set published = draft, published_slug = slug, published_at = ${instant(nowMs)}, published_by = ${by},
      updated_at = ${instant(nowMs)}, version = version + 1
    where ${isMeant(owned, { expectedVersion })}`
  return changeAddress(sql, owned, change)
}

/** Takes it away from outsiders; its draft stays. */
export async function withdrawStatusPage(
  sql: Sql,
  owned: Owned<StatusPageId>,
  { nowMs, expectedVersion }: ExpectedVersion & { readonly nowMs: number },
): Promise<'changed' | 'stale' | 'absent'> {
  const { rowCount } = await sql.execute(text`
    update status_page set published = null, published_slug = null, published_at = null, published_by = null,
      updated_at = ${instant(nowMs)}, version = version + 1
    where ${isMeant(owned, { expectedVersion })}`)
  return rowCount ? 'changed' : whyMissed(sql, 'status_page', owned)
}

export async function deleteStatusPage(
  sql: Sql,
  owned: Owned<StatusPageId>,
  expected: ExpectedVersion,
): Promise<'deleted' | 'stale' | 'absent'> {
  const { rowCount } = await sql.execute(text`delete from status_page where ${isMeant(owned, expected)}`)
  return rowCount ? 'deleted' : whyMissed(sql, 'status_page', owned)
}

/** For its address: another image has another one. */
export const logoHash = text.raw(`left(encode(sha256(logo), 'hex'), 32)`)

interface PageRow extends Record<string, unknown> {
  id: string
  slug: string
  published_slug: string | null
  draft: unknown
  published: unknown
  published_at_ms: number | null
  published_by: string | null
  has_changes: boolean
  has_password: boolean
  logo: string | null
  domain: string | null
  domain_token: string
  domain_error: string | null
  verified_at_ms: number | null
  checked_at_ms: number | null
  failing_since_ms: number | null
  version: number
  created_at_ms: number
  updated_at_ms: number
}

async function readPages(sql: Sql, where: SQL, limit = 1): Promise<StoredStatusPage[]> {
  const { rows } = await sql.execute<PageRow>(text`
    select id, slug, case when published is not null then published_slug end as published_slug, draft, published, published_by,
      (draft, slug) is distinct from (published, published_slug) as has_changes, version,
      password_hash is not null as has_password, ${logoHash} as logo, domain, domain_token, domain_error,
      ${msOf('domain_verified_at')} as verified_at_ms, ${msOf('domain_checked_at')} as checked_at_ms, ${msOf('domain_failing_since')} as failing_since_ms,
      ${msOf('published_at')} as published_at_ms, ${msOf('created_at')} as created_at_ms, ${msOf('updated_at')} as updated_at_ms
    from status_page where ${where} order by id limit ${limit}`)
  return rows.map((row) => ({
    id: parseStatusPageId(row.id),
    slug: row.slug,
    publishedSlug: row.published_slug,
    draft: row.draft,
    published: row.published,
    publishedAtMs: row.published_at_ms,
    publishedBy: row.published_by,
    hasChanges: row.has_changes,
    hasPassword: row.has_password,
    logo: row.logo,
    domain: domainOf(row),
    version: row.version,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }))
}

function domainOf(row: PageRow): StoredDomain | null {
  if (row.domain === null) return null
  return {
    ...{ name: row.domain, token: row.domain_token, problem: row.domain_error },
    ...{ verifiedAtMs: row.verified_at_ms, checkedAtMs: row.checked_at_ms, failingSinceMs: row.failing_since_ms },
  }
}
