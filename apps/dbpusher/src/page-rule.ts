import type { Sql } from '@repo/db/database'
import { writeAudit } from '@repo/db/queries/audit'
import { findPageIncident, type OwnedPageIncident } from '@repo/db/queries/page-incidents'
import type { DraftedPage } from './page-drafter.ts'

interface RuleDeed {
  readonly page: DraftedPage
  readonly incident: OwnedPageIncident
  readonly action: 'page_incident.published' | 'page_incident.updated'
  readonly nowMs: number
}

/** Writes down what a page's rule has said to everybody, in the transaction in which it does. */
export async function recordRule(tx: Sql, { page, incident, action, nowMs }: RuleDeed): Promise<void> {
  const said = await findPageIncident(tx, incident)
  if (!said) return
  const { title, impact, phase } = said
  await writeAudit(tx, {
    ...{ workspaceId: page.workspaceId, nowMs, actorKind: 'system', actorId: null, actorName: 'the rule of the page' },
    ...{ action, subjectType: 'page_incident', subjectId: incident.id, before: null },
    after: { pageId: page.id, title, impact, phase, publishRule: page.content.publishRule },
    ...{ address: null, userAgent: null, requestId: null },
  })
}
