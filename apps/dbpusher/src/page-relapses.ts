import type { Sql } from '@repo/db/database'
import { changePageIncident } from '@repo/db/queries/page-incidents'
import type { Relapse } from '@repo/db/queries/page-relapses'
import { addPageUpdate, deletePageUpdate, publishPageUpdate } from '@repo/db/queries/page-updates'
import { parsePageUpdateId } from '@repo/domain/ids'
import { draftRelapse } from '@repo/public-page/draft-incident'
import type { DraftedPage } from './page-drafter.ts'
import { recordRule } from './page-rule.ts'

interface Relapsing {
  readonly page: DraftedPage
  readonly one: Relapse
  readonly nowMs: number
}

/** Drafts, once, that something is back which the page says is over, and takes the draft away where that is over as well. */
export async function goOnWithRelapse(tx: Sql, { page, one, nowMs }: Relapsing): Promise<void> {
  if (one.reopenedAtMs === null) {
    if (one.ours !== null) await deletePageUpdate(tx, { id: one.id, updateId: one.ours })
    return
  }
  const isDue = isDueBy(page, { one, lastedMs: nowMs - one.reopenedAtMs })
  if (one.ours !== null) return isDue ? publish(tx, { page, one, nowMs }, one.ours) : undefined
  if (one.isSeenTo) return
  const updateId = parsePageUpdateId(Bun.randomUUIDv7())
  const body = draftRelapse(page.content, new Set(one.componentIds))
  const update = { id: updateId, phase: 'investigating', body, atMs: nowMs } as const
  await addPageUpdate(tx, one, { ...update, isPublished: false, author: null })
  if (isDue) await publish(tx, { page, one, nowMs }, updateId)
  else await changePageIncident(tx, one, { isByPerson: false, nowMs })
}

/** What a person has written on is theirs to publish. */
function isDueBy({ content }: DraftedPage, { one, lastedMs }: { one: Relapse; lastedMs: number }): boolean {
  const { publishRule } = content
  return publishRule.kind === 'after' && !one.isWritten && lastedMs >= publishRule.minutes * 60_000
}

async function publish(
  tx: Sql,
  { page, one, nowMs }: Relapsing,
  updateId: NonNullable<Relapse['ours']>,
): Promise<void> {
  await publishPageUpdate(tx, { id: one.id, updateId }, nowMs)
  await changePageIncident(tx, one, { isByPerson: false, nowMs })
  await recordRule(tx, { page, incident: one, action: 'page_incident.updated', nowMs })
}
