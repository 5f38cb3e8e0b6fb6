import { type AlertRule, channelContext } from '@repo/contracts/alerts'
import type { Sql } from '@repo/db/database'
import { createAlertPolicy } from '@repo/db/queries/alert-policies'
import { replanStories } from '@repo/db/queries/alert-stories'
import { changeChannel, createChannel, listOwnChannels, type StoredChannel } from '@repo/db/queries/channels'
import { parseAlertPolicyId, parseChannelId, type UserId, type WorkspaceId } from '@repo/domain/ids'
import { type OwnedChannel, openSettings } from '../channels.ts'
import type { ApiDeps } from '../deps.ts'

/** What a workspace begins with: whoever is in it is told, by whatever way of theirs there is. */
const everyone: AlertRule = {
  monitors: { kind: 'all' },
  topics: ['down', 'recovered', 'warning'],
  steps: [{ afterSeconds: 0, targets: [{ kind: 'everyone' }] }],
  repeatEverySeconds: null,
  quiet: null,
  fallbackChannelIds: [],
}

/** Has a new workspace tell of what happens, so that nobody has to set anything up before their first outage. */
export async function addFirstPolicy(tx: Sql, workspaceId: WorkspaceId, nowMs: number): Promise<void> {
  const id = parseAlertPolicyId(Bun.randomUUIDv7())
  await createAlertPolicy(tx, { id, workspaceId, name: 'Everyone', rule: everyone }, nowMs)
}

type MailDeps = Pick<ApiDeps, 'mailer' | 'keyring'>

export interface Reachable {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
  readonly username: string
  readonly email: string | null | undefined
}

/** Has somebody who comes into a workspace told by mail, where they gave an address and this instance can send mail. */
export async function addMailChannel(
  deps: MailDeps,
  tx: Sql,
  { workspaceId, userId, username, email, nowMs }: Reachable & { readonly nowMs: number },
): Promise<void> {
  if (email == null || !deps.mailer || deps.keyring.newestId === undefined) return
  const id = parseChannelId(Bun.randomUUIDv7())
  const settings = sealAddress(deps, { workspaceId, id }, email)
  await createChannel(tx, { id, workspaceId, userId, name: `${username} by e-mail`, kind: 'email', settings }, nowMs)
  await replanStories(tx, workspaceId, nowMs)
}

/**
 * Has what was mailed to somebody's address go to the new one. What they, or others, set up for another address stays, and so does a
 * pause; an address that is taken away pauses.
 */
export async function followAddress(
  deps: MailDeps & Pick<ApiDeps, 'log'>,
  tx: Sql,
  { before, nowMs, ...person }: Omit<Reachable, 'workspaceId'> & { before: string | null; nowMs: number },
): Promise<void> {
  const { userId, email } = person
  for (const [workspaceId, channels] of await listOwnChannels(tx, userId, 'email')) {
    if (before === null && channels.length === 0) await addMailChannel(deps, tx, { ...person, workspaceId, nowMs })
    for (const channel of before === null ? [] : channels.filter((one) => addressOf(deps, one) === before))
      await redirect(deps, tx, { channel, email, nowMs })
  }
}

function addressOf(deps: Pick<ApiDeps, 'keyring' | 'log'>, channel: StoredChannel): unknown {
  return openSettings(deps, channel)?.to
}

async function redirect(
  deps: MailDeps,
  tx: Sql,
  { channel, email, nowMs }: { channel: StoredChannel; email: string | null | undefined; nowMs: number },
): Promise<void> {
  const change = email == null ? { isPaused: true } : { settings: sealAddress(deps, channel, email) }
  await changeChannel(tx, channel, { ...change, nowMs })
  await replanStories(tx, channel.workspaceId, nowMs)
}

/** As any settings, but also where no mail is sent just now: an address that changes then is not to be the old one later. */
function sealAddress({ keyring }: Pick<ApiDeps, 'keyring'>, { workspaceId, id }: OwnedChannel, to: string): string {
  return keyring.seal(JSON.stringify({ to }), channelContext(workspaceId, id))
}
