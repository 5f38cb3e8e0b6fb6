import { channelContext } from '@repo/contracts/alerts'
import type { Sql } from '@repo/db/database'
import { addAlertPolicy, addChannel, makeRule } from '@repo/db/testing/alerting'
import { parseChannelId, type WorkspaceId } from '@repo/domain/ids'
import { createKeyring } from '@repo/secrets/keyring'

const key = Buffer.alloc(32, 7)
const keyring = createKeyring([{ id: 'k1', key }])

/** What a notifier needs to open the channels that are made here, and to reach a receiver on this machine. */
export const notifierEnv = { INSTANCE_KEYS: `k1:${key.toString('base64url')}`, PROBE_ALLOWED_CIDRS: 'private' }

export interface WebhookChannel {
  readonly name: string
  readonly url: string
  /** So long after the beginning of an outage it is told of it. */
  readonly afterSeconds: number
}

/** Has a workspace told of everything that is down and up again, by webhooks. */
export async function addWebhookChannels(
  sql: Sql,
  workspaceId: WorkspaceId,
  channels: readonly WebhookChannel[],
): Promise<void> {
  const steps = []
  for (const { name, url, afterSeconds } of channels) {
    const id = parseChannelId(Bun.randomUUIDv7())
    const settings = keyring.seal(JSON.stringify({ url }), channelContext(workspaceId, id))
    await addChannel(sql, { id, workspaceId, name, settings })
    steps.push({ afterSeconds, targets: [{ kind: 'channel', channelId: id }] })
  }
  await addAlertPolicy(sql, { workspaceId, rule: makeRule('', { steps }) })
}
