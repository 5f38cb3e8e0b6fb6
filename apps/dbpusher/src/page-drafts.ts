import { noticeLimits } from '@repo/contracts/page-notices'
import type { Sql } from '@repo/db/database'
import { type LastingIncident, rewriteOurs, type StandingDraft } from '@repo/db/queries/page-drafting'
import {
  changePageIncident,
  countPageIncidents,
  createPageIncident,
  joinCauses,
  type OwnedPageIncident,
  publishPageIncident,
} from '@repo/db/queries/page-incidents'
import type { Relapse } from '@repo/db/queries/page-relapses'
import { addPageUpdate, deletePageUpdate } from '@repo/db/queries/page-updates'
import { parsePageIncidentId, parsePageUpdateId } from '@repo/domain/ids'
import { draftIncident, draftResolution } from '@repo/public-page/draft-incident'
import type { Standing } from '@repo/public-page/page-facts'
import type { DraftedPage } from './page-drafter.ts'
import { goOnWithRelapse } from './page-relapses.ts'
import { recordRule } from './page-rule.ts'

export interface Drafting {
  readonly fresh: readonly LastingIncident[]
  readonly drafts: readonly StandingDraft[]
  readonly relapses: readonly Relapse[]
  readonly standing: Standing
  readonly nowMs: number
}

/** What begins within so long of each other is one thing to tell of. */
const togetherMs = 10 * 60_000

/** Drafts what begins and what is over, and publishes of ours what the page's rule says. */
export async function draftForPage(tx: Sql, page: DraftedPage, drafting: Drafting): Promise<void> {
  for (const one of drafting.drafts) await goOn(tx, { page, one, nowMs: drafting.nowMs })
  for (const one of drafting.relapses) await goOnWithRelapse(tx, { page, one, nowMs: drafting.nowMs })
  await begin(tx, page, drafting)
}

interface Going {
  readonly page: DraftedPage
  readonly one: StandingDraft
  readonly nowMs: number
}

async function goOn(tx: Sql, { page, one, nowMs }: Going): Promise<void> {
  if (one.monitorIds.length === 0) return end(tx, { page, one, nowMs })
  // It was over, we thought, and is not.
  if (one.ourEnd !== null) await deletePageUpdate(tx, { id: one.id, updateId: one.ourEnd })
  if (isDue({ page, one, nowMs })) await publish(tx, { page, one, nowMs })
}

async function publish(tx: Sql, { page, one, nowMs }: Omit<Going, 'one'> & { one: OwnedPageIncident }): Promise<void> {
  await publishPageIncident(tx, one, { nowMs, isByPerson: false })
  await recordRule(tx, { page, incident: one, action: 'page_incident.published', nowMs })
}

/** What a person has written on is theirs to publish. */
function isDue({ page, one, nowMs }: Going): boolean {
  const { publishRule } = page.content
  if (publishRule.kind !== 'after' || one.isPublished || one.isWritten) return false
  return nowMs - one.beganAtMs >= publishRule.minutes * 60_000
}

async function end(tx: Sql, { page, one, nowMs }: Going): Promise<void> {
  if (one.isResolvedByWord) return
  const body = draftResolution(page.content, new Set(one.componentIds))
  const isPublished = page.content.publishRule.kind === 'after' && one.isPublished && !one.isWritten
  const update = { id: parsePageUpdateId(Bun.randomUUIDv7()), phase: 'resolved', body, atMs: nowMs } as const
  await addPageUpdate(tx, one, { ...update, isPublished, author: null })
  await changePageIncident(tx, one, { isByPerson: false, nowMs })
  if (isPublished) await recordRule(tx, { page, incident: one, action: 'page_incident.updated', nowMs })
}

async function begin(tx: Sql, page: DraftedPage, { fresh, drafts, standing, nowMs }: Drafting): Promise<void> {
  const concerned = fresh.filter(({ monitorId }) => draftIncident(page.content, new Set([monitorId]), standing))
  if (concerned.length === 0) return
  const joined = drafts.find((one) => isTogether(one, concerned, nowMs))
  const monitorIds = new Set([...concerned.map(({ monitorId }) => monitorId), ...(joined?.monitorIds ?? [])])
  const drafted = draftIncident(page.content, monitorIds, standing)
  if (!drafted) return
  const incidentIds = concerned.map(({ id }) => id)
  if (joined) {
    await joinCauses(tx, joined, incidentIds)
    if (joined.isWritten) return
    const { title, impact, components, body } = drafted
    // What people have read keeps its name; that more is concerned they are to see.
    const renamed = joined.isPublished ? {} : { title }
    await changePageIncident(tx, joined, { ...renamed, impact, components, isByPerson: false, nowMs })
    if (joined.ourBeginning !== null) await rewriteOurs(tx, joined.ourBeginning, body)
    return
  }
  if ((await countPageIncidents(tx, page.id)) >= noticeLimits.incidents) return
  const { body, ...said } = drafted
  const owned = { id: parsePageIncidentId(Bun.randomUUIDv7()), pageId: page.id, workspaceId: page.workspaceId }
  const beganAtMs = Math.min(...concerned.map((one) => one.beganAtMs))
  const begun = { ...owned, ...said, phase: 'investigating', beganAtMs, incidentIds, isByPerson: false } as const
  // Then somebody else has it in a draft of theirs by now, and the next look finds that.
  if ((await createPageIncident(tx, begun, nowMs)) === 'taken') throw new Error('it is drafted already')
  const update = { id: parsePageUpdateId(Bun.randomUUIDv7()), phase: 'investigating', body, atMs: nowMs } as const
  await addPageUpdate(tx, owned, { ...update, isPublished: false, author: null })
  const { publishRule } = page.content
  const isDueNow = publishRule.kind === 'after' && nowMs - beganAtMs >= publishRule.minutes * 60_000
  if (isDueNow) await publish(tx, { page, one: owned, nowMs })
}

/** One that lasts, and began lately or is of the same storm. */
function isTogether(one: StandingDraft, fresh: readonly LastingIncident[], nowMs: number): boolean {
  if (one.monitorIds.length === 0) return false
  const isOfStorm = fresh.some(({ stormId }) => stormId !== null && one.stormIds.includes(stormId))
  return isOfStorm || nowMs - one.createdAtMs <= togetherMs
}
