import { z } from 'zod'

/** What may be done by a link in a message, by whoever has the message. */
export const alertDeeds = ['acknowledge', 'pause', 'unsubscribe'] as const
export type AlertDeed = (typeof alertDeeds)[number]

/** `POST /api/v1/alert-links/look` and `/use`: what stands behind `#` in the link. */
export const alertLinkTokenSchema = z
  .object({ token: z.string().regex(/^[\w.-]{100,1000}$/, 'not a token of ours') })
  .strict()

export const alertLinkSchema = z.object({
  deed: z.enum(alertDeeds),
  workspaceName: z.string(),
  /** The monitor that it is about; null of a storm, and where it is about the channel alone. */
  monitorName: z.string().nullable(),
  /** How many incidents are acknowledged by it. */
  incidents: z.number().int(),
  /** The channel by which the message was sent. */
  channelName: z.string(),
  /** Whether anything is left to be done. */
  isOpen: z.boolean(),
})
export type AlertLinkJson = z.output<typeof alertLinkSchema>
