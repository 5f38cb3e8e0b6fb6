import { parseStatusPageId, type StatusPageId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'
import { type ExpectedVersion, isMeant, type Owned, whyMissed } from './versioned.ts'

/** Names of their own that status pages have. A name is that of a page from the moment at which its owner has shown that it is. */

/** Another name than before is to be shown to be its own; null takes it away. */
export async function setPageDomain(
  sql: Sql,
  owned: Owned<StatusPageId>,
  { domain, nowMs, expectedVersion }: ExpectedVersion & { readonly domain: DomainAsked | null; readonly nowMs: number },
): Promise<'changed' | 'stale' | 'absent'> {
  const { rowCount } = await sql.execute(text`
    update status_page set domain = ${domain?.name ?? null}, domain_token = ${domain?.token ?? null}, domain_verified_at = null,
      domain_checked_at = null, domain_error = null, domain_failing_since = null, updated_at = ${instant(nowMs)}, version = version + 1
    where ${isMeant(owned, { expectedVersion })}`)
  return rowCount ? 'changed' : whyMissed(sql, 'status_page', owned)
}

export interface DomainAsked {
  readonly name: string
  readonly token: string
}

export interface Looked extends DomainAsked {
  readonly id: StatusPageId
  readonly nowMs: number
}

const UNIQUE_VIOLATION = '23505'

/**
 * Notes that the record was found. The name is the page's from then on.
 *
 * @returns `taken` where another page has shown that it is its; `changed` where the page has another name, or none, by now.
 */
export async function noteDomainProof(sql: Sql, looked: Looked): Promise<'noted' | 'taken' | 'changed'> {
  const now = instant(looked.nowMs)
  try {
    // A part of a transaction: where the name is taken, what follows is to be able to say so.
    const noted = await sql.transaction(async (tx) => {
      const { rowCount } = await tx.execute(text`
        update status_page set domain_verified_at = coalesce(domain_verified_at, ${now}), domain_checked_at = ${now}, domain_error = null,
          domain_failing_since = null, version = version + case when domain_verified_at is null then 1 else 0 end
        where ${isLooked(looked)}`)
      return rowCount === 1
    })
    return noted ? 'noted' : 'changed'
  } catch (error) {
    if (codeOf(error) === UNIQUE_VIOLATION) return 'taken'
    throw error
  }
}

function codeOf(error: unknown): string | undefined {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return code ?? cause?.code
}

/** Notes what was wrong. One that has failed for `lostAfterMs` is the page's name no more. @returns whether it was lost by that. */
export async function noteDomainFailure(
  sql: Sql,
  looked: Looked,
  { problem, lostAfterMs }: { readonly problem: string; readonly lostAfterMs: number },
): Promise<boolean> {
  const now = instant(looked.nowMs)
  const { rows } = await sql.execute<{ is_lost: boolean }>(text`
    update status_page s set domain_checked_at = ${now}, domain_error = ${problem}, domain_failing_since = coalesce(s.domain_failing_since, ${now}),
      domain_verified_at = case when l.is_lost then null else s.domain_verified_at end, version = s.version + case when l.is_lost then 1 else 0 end
    from (
      select id, domain_verified_at is not null and coalesce(domain_failing_since, ${now}) <= ${instant(looked.nowMs - lostAfterMs)} as is_lost
      from status_page where ${isLooked(looked)}
    ) l
    where s.id = l.id returning l.is_lost`)
  return rows[0]?.is_lost ?? false
}

function isLooked({ id, name, token }: Looked) {
  return text`id = ${id} and domain = ${name} and domain_token = ${token}`
}

/** Verified names, but of pages of deleted workspaces, which keep theirs unasked, that were looked at last before `soundBefore`, and those that fail before `failingBefore`, the oldest first. */
export async function listDueDomains(
  sql: Sql,
  { soundBeforeMs, failingBeforeMs, limit }: { soundBeforeMs: number; failingBeforeMs: number; limit: number },
): Promise<(DomainAsked & { readonly id: StatusPageId })[]> {
  const { rows } = await sql.execute<{ id: string; name: string; token: string }>(text`
    select id, domain as name, domain_token as token from status_page
    where domain_verified_at is not null and not exists (select from workspace w where w.id = workspace_id and w.deleted_at is not null)
      and domain_checked_at <
      case when domain_failing_since is null then ${instant(soundBeforeMs)} else ${instant(failingBeforeMs)} end
    order by domain_checked_at limit ${limit}`)
  return rows.map(({ id, ...asked }) => ({ ...asked, id: parseStatusPageId(id) }))
}
