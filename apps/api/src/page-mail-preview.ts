import type { PageMail } from '@repo/contracts/page-notices'
import type { PublicIncident } from '@repo/contracts/public-page'
import { leavesAndParents, type PageContent } from '@repo/contracts/status-pages'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { StoredPageIncident } from '@repo/db/queries/page-incidents'
import { toldUpdates } from '@repo/db/queries/page-messages'
import type { StoredStatusPage } from '@repo/db/queries/status-pages'
import { type NoticePlace, noticeText, plainNotice } from '@repo/notifiers/page-notice'
import { contentsOf } from './page-notices.ts'

interface Previewed {
  readonly page: StoredStatusPage
  readonly incident: StoredPageIncident
  readonly updateId: string
}

/**
 * The mail that subscribers get of an update, or would get if it were published now, by the same words as it is sent with. What
 * differs from one subscriber to the next, the ways out of it, is left open.
 *
 * @returns undefined where the incident has no such update, or the page nothing at all.
 */
export function previewMail(previewed: Previewed, publicUrl: string | undefined): PageMail | undefined {
  const content = contentsOf(previewed.page).at(-1)
  const updates = toldBy(previewed)
  if (!content || updates.length === 0) return undefined
  const place = placeOf(previewed.page, { content, publicUrl })
  const text = noticeText({ kind: 'update', incident: incidentAs(previewed.incident, updates, place) }, place)
  return { subject: text.subject, text: plainNotice(text) }
}

/** The update and what people read before it, the newest first. Publishing a draft publishes all that was written for it. */
function toldBy({ incident, updateId }: Previewed): StoredPageIncident['updates'] {
  const place = incident.updates.findIndex(({ id }) => id === updateId)
  if (place < 0) return []
  const isDraft = incident.publishedAtMs === null
  return incident.updates
    .slice(place)
    .filter(({ id, publishedAtMs }) => id === updateId || isDraft || publishedAtMs !== null)
    .slice(0, toldUpdates)
}

function incidentAs(
  { id, title, impact, beganAtMs, resolvedAtMs, components }: StoredPageIncident,
  updates: StoredPageIncident['updates'],
  { names }: NoticePlace,
): PublicIncident {
  return {
    ...{ id, title, impact, beganAt: isoTime(beganAtMs), resolvedAt: isoTimeOrNull(resolvedAtMs) },
    phase: updates[0]?.phase ?? 'investigating',
    componentIds: components.map(({ componentId }) => componentId).filter((one) => names.has(one)),
    updates: updates.map(({ id: updateId, phase, body, atMs }) => ({
      ...{ id: updateId, phase, body, at: isoTime(atMs) },
    })),
  }
}

interface Placing {
  readonly content: PageContent
  readonly publicUrl: string | undefined
}

function placeOf({ slug, publishedSlug, domain }: StoredStatusPage, { content, publicUrl = '' }: Placing): NoticePlace {
  const { title, language, timeZone, sections } = content
  const url =
    domain && domain.verifiedAtMs !== null ? `https://${domain.name}` : `${publicUrl}/status/${publishedSlug ?? slug}`
  return {
    ...{ title, language, timeZone, url },
    names: new Map(leavesAndParents(sections).map(({ id, name }) => [id, name])),
    ways: { unsubscribe: `${url}/unsubscribe?token=…`, subscription: `${url}/subscription?token=…` },
  }
}
