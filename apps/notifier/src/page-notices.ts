import { type PublicIncident, toldMaintenanceSchema } from '@repo/contracts/public-page'
import { leavesAndParents, type PageContent, pageContentSchema } from '@repo/contracts/status-pages'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { ClaimedPageMessage, MessagePage, ToldIncident } from '@repo/db/queries/page-messages'
import type { NoticePlace, PageNotice } from '@repo/notifiers/page-notice'
import { type PageDeed, signPageLink } from '@repo/secrets/page-link'

/** What a message says at the instant at which it is sent, and where. */
export interface Written {
  readonly notice: PageNotice
  readonly place: NoticePlace
}

export interface WritingDeps {
  /** The start of links to pages that have no name of their own. */
  readonly publicUrl: string | undefined
  readonly nowMs: number
  /** By the id of the update that is told. */
  readonly incidents: ReadonlyMap<string, ToldIncident>
}

const DAY_MS = 86_400_000
/** For so long an address can be confirmed. */
const CONFIRM_MS = 3 * DAY_MS

/** Undefined where nothing is to be said any more. @throws ZodError where something is stored that we could not have written. */
export function writeNotice(message: ClaimedPageMessage, deps: WritingDeps): Written | undefined {
  const { page, subscriber, isOutdated } = message
  const url = urlOf(page, deps)
  if (url === undefined || page.content === null || isOutdated) return undefined
  const place = placeOf(pageContentSchema.parse(page.content))
  const notice = noticeOf(message, { ...deps, url, names: place.names })
  if (!notice) return undefined
  const linkTo = linksOf(page, url)
  // Nobody ends what they have not confirmed, and nobody is told of more than one thing by a link to come in.
  const ways = subscriber?.state === 'confirmed' && {
    unsubscribe: linkTo('unsubscribe', subscriber.id, null),
    subscription: linkTo('subscription', subscriber.id, null),
  }
  return { notice, place: { ...place, url, ways: ways || null } }
}

function urlOf({ slug, domain }: MessagePage, { publicUrl }: WritingDeps): string | undefined {
  if (domain !== null) return `https://${domain}`
  return publicUrl === undefined ? undefined : `${publicUrl}/status/${slug}`
}

function placeOf({ title, language, timeZone, sections }: PageContent) {
  return { title, language, timeZone, names: new Map(leavesAndParents(sections).map(({ id, name }) => [id, name])) }
}

const paths: Record<PageDeed, string> = {
  confirm: 'confirm',
  unsubscribe: 'unsubscribe',
  subscription: 'subscription',
  sign_in: 'access',
}

function linksOf({ secret }: MessagePage, url: string) {
  return (deed: PageDeed, id: string, untilMs: number | null) =>
    `${url}/${paths[deed]}?token=${signPageLink(secret, { deed, id, untilMs })}`
}

function noticeOf(
  { kind, page, subscriber, signIn, updateId, body }: ClaimedPageMessage,
  { url, names, nowMs, incidents }: WritingDeps & Pick<NoticePlace, 'url' | 'names'>,
): PageNotice | undefined {
  const linkTo = linksOf(page, url)
  switch (kind) {
    case 'confirm':
      if (subscriber?.state === 'confirmed') return { kind: 'known' }
      if (subscriber?.state !== 'pending') return undefined
      return { kind, confirmUrl: linkTo('confirm', subscriber.id, nowMs + CONFIRM_MS) }
    case 'sign_in':
      if (!signIn || signIn.expiresAtMs <= nowMs) return undefined
      return { kind, signInUrl: linkTo('sign_in', signIn.id, signIn.expiresAtMs) }
    case 'update': {
      const told = incidents.get(updateId ?? '')
      return told && subscriber?.state === 'confirmed' ? { kind, incident: publicIncident(told, names) } : undefined
    }
    case 'maintenance':
      if (subscriber?.state !== 'confirmed') return undefined
      return { kind, maintenance: toldMaintenanceSchema.parse(body) }
  }
}

/** What is said of components that the page does not show is not said of them. */
function publicIncident(told: ToldIncident, shown: ReadonlyMap<string, string>): PublicIncident {
  const { id, title, impact, componentIds, beganAtMs, resolvedAtMs, updates } = told
  return {
    ...{ id, title, impact, componentIds: componentIds.filter((one) => shown.has(one)) },
    phase: updates[0]?.phase ?? 'investigating',
    beganAt: isoTime(beganAtMs),
    resolvedAt: isoTimeOrNull(resolvedAtMs),
    updates: updates.map(({ atMs, ...update }) => ({ ...update, at: isoTime(atMs) })),
  }
}
