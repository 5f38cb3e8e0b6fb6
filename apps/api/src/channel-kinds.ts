import { type ChannelSettings, fieldsOf, settingsSchemas } from '@repo/contracts/channels'
import type { Alert } from '@repo/notifiers/alert'
import type { Attempt, Delivery } from '@repo/notifiers/channel'
import type { Channels } from '@repo/notifiers/registry'
import type { z } from 'zod'

/** What the API knows of a kind of channel. */
export interface ChannelKind {
  /** What its settings have to be. */
  readonly schema: z.ZodType<Record<string, unknown>>
  /** Fields that are never shown again. */
  readonly secrets: readonly string[]
  /** Fields that hold an address to which messages go. */
  readonly addresses: readonly string[]
  /** Why nobody is told by it here, where this instance was not set up for that. */
  readonly unusable?: string | undefined
  deliver(alert: Alert, settings: Record<string, unknown>, attempt: Attempt): Promise<Delivery>
}

/** By their names. */
export type ChannelKinds = ReadonlyMap<string, ChannelKind>

/** What the API has to know of each channel that there is. */
export function channelKindsOf(channels: Channels): ChannelKinds {
  return new Map(
    [...channels].flatMap(([kind, channel]) => {
      const schema = settingsSchemas.get(kind)
      const deliver: ChannelKind['deliver'] = (alert, settings, attempt) =>
        channel.deliver(alert, settings as unknown as ChannelSettings, attempt)
      return schema ? [[kind, { schema, ...fieldsOf(kind), unusable: channel.unusable, deliver }] as const] : []
    }),
  )
}
