import type { AlertDeed, AlertLinkJson } from '@repo/contracts/alert-links'
import type { Sql } from '@repo/db/database'
import { inWorkspace } from '@repo/db/in-workspace'
import { findLinkedDelivery, type LinkedDelivery, useLink } from '@repo/db/queries/alert-links'
import { replanStories } from '@repo/db/queries/alert-stories'
import { changeChannel } from '@repo/db/queries/channels'
import { acknowledgeIncident, lockIncidents } from '@repo/db/queries/incident-deeds'
import { isAtLeast } from '@repo/domain/role'
import { type AlertLink, readAlertLink } from '@repo/notifiers/alert-link'
import type { Context } from 'hono'
import { type Deed, recordAs } from './access/audit.ts'
import type { Asked } from './access/guard.ts'
import type { ApiDeps } from './deps.ts'
import { announceIncidents } from './incident-changes.ts'
import { moveMonitor, pausing } from './monitor-pausing.ts'
import { announceChange } from './monitors.ts'
import { AppError } from './problems.ts'

/** What somebody wants to do by a link, and all that is known of it. */
interface Following extends AlertLink {
  readonly linked: LinkedDelivery
}

/** What a link would do. Looking does not use it up. @throws AppError `gone`. */
export async function lookAtAlertLink(deps: ApiDeps, token: string): Promise<AlertLinkJson> {
  return toLinkJson(await follow(deps, token))
}

/**
 * Does what a link says, once. Where nothing is left to be done it is not used up: what was done meanwhile may be undone.
 *
 * @throws AppError `gone`, or `insufficient_role` for somebody's own message when they may not do this any more.
 */
export async function followAlertLink(deps: ApiDeps, context: Context<Asked>, token: string): Promise<AlertLinkJson> {
  const following = await follow(deps, token)
  refuseDemoted(following)
  if (isOpen(following)) await ways[following.deed](deps, context, following)
  return { ...toLinkJson(following), isOpen: false }
}

/** Ends the mails of a link, and does nothing more than that. @throws AppError `gone` for every other link. */
export async function unsubscribe(deps: ApiDeps, context: Context<Asked>, token: string): Promise<void> {
  const following = await follow(deps, token)
  if (following.deed !== 'unsubscribe') throw new AppError('gone')
  if (isOpen(following)) await ways.unsubscribe(deps, context, following)
}

async function follow({ sql, keyring, clock }: ApiDeps, token: string): Promise<Following> {
  const link = readAlertLink(keyring, token, clock.nowMs())
  const linked = link && (await findLinkedDelivery(sql, link.deliveryId))
  if (!link || !linked) throw new AppError('gone')
  // Whoever was removed has no part in it any more, but for the mails that they still get.
  if (linked.used.includes(link.deed) || (link.deed !== 'unsubscribe' && linked.owner?.role === null))
    throw new AppError('gone')
  return { ...link, linked }
}

/** Looking on is what viewers do. */
function refuseDemoted({ deed, linked: { owner } }: Following): void {
  if (deed === 'unsubscribe' || !owner?.role || isAtLeast(owner.role, 'member')) return
  throw new AppError('insufficient_role', `it takes the role member, and ${owner.name} is ${owner.role}`)
}

function isOpen({ deed, linked }: Following): boolean {
  if (deed === 'acknowledge') return linked.incidentIds.length > 0
  if (deed === 'pause') return linked.monitor !== null && !linked.monitor.isPaused
  return !linked.channel.isPaused
}

function toLinkJson(following: Following): AlertLinkJson {
  const { deed, linked } = following
  return {
    deed,
    workspaceName: linked.workspaceName,
    monitorName: deed === 'unsubscribe' ? null : (linked.monitor?.name ?? null),
    incidents: deed === 'acknowledge' ? linked.incidentIds.length : 0,
    channelName: linked.channel.name,
    isOpen: isOpen(following),
  }
}

type Way = (deps: ApiDeps, context: Context<Asked>, following: Following) => Promise<void>

const ways: Record<AlertDeed, Way> = {
  async acknowledge(deps, context, following) {
    const { workspaceId, incidentIds } = following.linked
    const nowMs = deps.clock.nowMs()
    const concerned = await inWorkspace(deps.sql, workspaceId, async (tx) => {
      const locked = [...(await lockIncidents(tx, { workspaceId, ids: incidentIds })).values()]
      const open = locked.filter(({ endedAtMs, acknowledged }) => endedAtMs === null && !acknowledged)
      if (open.length === 0) return []
      await useUp(tx, following, nowMs)
      const actor = actorOf(following)
      for (const incident of open) {
        await acknowledgeIncident(tx, incident, { actor, nowMs })
        const values = { before: { acknowledgedBy: null }, after: { acknowledgedBy: actor.name } }
        const deed = { action: 'incident.acknowledged', subjectId: incident.id, ...values }
        await recordLink(tx, context, { following, deed })
      }
      return open
    })
    announceIncidents(deps, workspaceId, concerned)
  },

  async pause(deps, context, following) {
    const { workspaceId, monitor } = following.linked
    if (!monitor) return
    const owned = { workspaceId, id: monitor.id }
    const { changed, events } = await inWorkspace(deps.sql, workspaceId, async (tx) => {
      const done = await moveMonitor(deps, tx, { owned, way: 'pause' })
      if (!done.changed) return done
      await useUp(tx, following, deps.clock.nowMs())
      await recordLink(tx, context, { following, deed: { action: pausing.pause.action, subjectId: monitor.id } })
      return done
    })
    if (changed) announceChange(deps, owned, events)
  },

  /** It may be done again and again: mail programs ask more than once. */
  async unsubscribe(deps, context, following) {
    const { workspaceId, channel } = following.linked
    const nowMs = deps.clock.nowMs()
    await inWorkspace(deps.sql, workspaceId, async (tx) => {
      await changeChannel(tx, { workspaceId, id: channel.id }, { isPaused: true, nowMs })
      await replanStories(tx, workspaceId, nowMs)
      const [before, after] = [{ paused: false }, { paused: true }]
      const deed = { action: 'channel.unsubscribed', subjectId: channel.id, before, after }
      await recordLink(tx, context, { following, deed })
    })
  },
}

async function useUp(tx: Sql, { deed, deliveryId, linked: { workspaceId } }: Following, nowMs: number): Promise<void> {
  if (deed === 'unsubscribe') return
  if (!(await useLink(tx, { deliveryId, deed, workspaceId, nowMs }))) throw new AppError('gone')
}

/** Whose own message it was; of a message to many, the channel, for nobody knows which of them it was. */
function actorOf({ linked: { owner, channel } }: Following): { id: string; name: string } {
  return owner ? { id: owner.id, name: owner.name } : { id: channel.id, name: `a link in ${channel.name}` }
}

function recordLink(
  tx: Sql,
  context: Context<Asked>,
  { following, deed }: { following: Following; deed: Deed },
): Promise<void> {
  const { id, name } = actorOf(following)
  const { workspaceId } = following.linked
  return recordAs(tx, context, { ...deed, actorKind: 'link', actorId: id, actorName: name, workspaceId })
}
