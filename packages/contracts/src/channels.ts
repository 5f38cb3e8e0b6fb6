import { z } from 'zod'
import { templateProblem } from './alert-template.ts'
import { isPlainText } from './plain-text.ts'
import { headers, secret } from './specs/fields.ts'
import { httpUrl } from './specs/http.ts'

/**
 * How people are told: what each kind of channel has to know. Settings are sealed as a whole, for nearly all of them are secret: an
 * address at which anybody can post is a password.
 */

const line = (longest: number) =>
  z.string().trim().min(1).max(longest).refine(isPlainText, 'has characters that cannot be shown')
const telephone = z
  .string()
  .trim()
  .regex(/^\+[1-9]\d{5,14}$/, 'is no telephone number, such as +4915112345678')
const token = secret.refine((text) => /^[\x21-\x7e]+$/.test(text), 'has spaces, or other characters than ASCII')
/** An account of ours, or one of those who host it themselves. */
const server = httpUrl
  .refine((url) => !/[?#]/.test(url), 'has a query or a fragment, after which no path can stand')
  .transform((url) => url.replace(/\/+$/, ''))

export const emailSettings = z.object({ kind: z.literal('email'), to: z.email().max(254) }).strict()

export const webhookSettings = z
  .object({
    kind: z.literal('webhook'),
    url: httpUrl,
    /** Where it is given every request is signed with it (standardwebhooks.com): `whsec_` and base64. */
    signingSecret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,128}={0,2}$/, 'is no signing secret: whsec_ and base64')
      .optional(),
    headers: headers.optional(),
    /** JSON with `{{placeholders}}`; the alert as it is documented where nothing is given. */
    body: z.string().max(16_384).superRefine(refuseTemplate).optional(),
  })
  .strict()

function refuseTemplate(text: string, context: z.RefinementCtx): void {
  const message = templateProblem(text)
  if (message) context.addIssue({ code: 'custom', message })
}

const hookOf = <Kind extends string>(kind: Kind) => z.object({ kind: z.literal(kind), url: httpUrl }).strict()
export const slackSettings = hookOf('slack')
export const discordSettings = hookOf('discord')
export const teamsSettings = hookOf('teams')
export const googleChatSettings = hookOf('google_chat')
export const mattermostSettings = hookOf('mattermost')

export const telegramSettings = z
  .object({
    kind: z.literal('telegram'),
    botToken: z.string().regex(/^\d{5,20}:[A-Za-z0-9_-]{20,80}$/, 'is no token of a bot'),
    chatId: z.string().regex(/^(-?\d{1,20}|@\w{3,64})$/, 'is no chat: a number, or @channel'),
    server: server.default('https://api.telegram.org'),
  })
  .strict()

export const pagerdutySettings = z
  .object({
    kind: z.literal('pagerduty'),
    routingKey: z.string().regex(/^[0-9A-Za-z]{32}$/, 'is no integration key: 32 letters and digits'),
    server: server.default('https://events.pagerduty.com'),
  })
  .strict()

export const opsgenieSettings = z
  .object({ kind: z.literal('opsgenie'), apiKey: token, server: server.default('https://api.opsgenie.com') })
  .strict()

export const twilioSettings = z
  .object({
    kind: z.literal('twilio'),
    accountSid: z.string().regex(/^AC[0-9a-f]{32}$/, 'is no account SID'),
    authToken: token,
    from: telephone,
    to: telephone,
    server: server.default('https://api.twilio.com'),
  })
  .strict()

export const smsGatewaySettings = z
  .object({
    kind: z.literal('sms_gateway'),
    url: httpUrl,
    to: telephone,
    /** Sent as `Authorization: Bearer`. */
    token: token.optional(),
  })
  .strict()

export const ntfySettings = z
  .object({
    kind: z.literal('ntfy'),
    server: server.default('https://ntfy.sh'),
    topic: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is no topic: letters, digits, - and _'),
    token: token.optional(),
  })
  .strict()

export const gotifySettings = z.object({ kind: z.literal('gotify'), server, token }).strict()

export const pushoverSettings = z
  .object({
    kind: z.literal('pushover'),
    userKey: z.string().regex(/^[A-Za-z0-9]{30}$/, 'is no key of a user or group'),
    apiToken: z.string().regex(/^[A-Za-z0-9]{30}$/, 'is no token of an application'),
    server: server.default('https://api.pushover.net'),
  })
  .strict()

export const matrixSettings = z
  .object({ kind: z.literal('matrix'), server, accessToken: token, roomId: line(255).regex(/^!\S+$/, 'is no room') })
  .strict()

/** The subscription that a browser gave (Push API): where to post, and what its messages are encrypted with. */
export const webPushSettings = z
  .object({
    kind: z.literal('web_push'),
    endpoint: httpUrl,
    p256dh: z.string().regex(/^B[A-Za-z0-9_-]{86}=?$/, 'is no key of a subscription: 65 bytes as base64url'),
    auth: z.string().regex(/^[A-Za-z0-9_-]{22}(==)?$/, 'is no secret of a subscription: 16 bytes as base64url'),
  })
  .strict()

export const channelSettingsSchema = z.discriminatedUnion('kind', [
  emailSettings,
  webhookSettings,
  slackSettings,
  discordSettings,
  teamsSettings,
  googleChatSettings,
  mattermostSettings,
  telegramSettings,
  pagerdutySettings,
  opsgenieSettings,
  twilioSettings,
  smsGatewaySettings,
  ntfySettings,
  gotifySettings,
  pushoverSettings,
  matrixSettings,
  webPushSettings,
])
export type ChannelSettings = z.output<typeof channelSettingsSchema>
export type ChannelKind = ChannelSettings['kind']

/** The settings of a channel of one kind. */
export type SettingsOf<Kind extends ChannelKind> = Extract<ChannelSettings, { kind: Kind }>

/** What the settings of each kind have to be, as a person gives them: the kind stands beside them. */
export const settingsSchemas = new Map(
  channelSettingsSchema.options.map((option) => [
    option.shape.kind.value as ChannelKind,
    (option as z.ZodObject).omit({ kind: true }) as z.ZodType<Record<string, unknown>>,
  ]),
)

/** Fields that may be shown again: whoever knows them can do nothing with them. All others are secret. */
const shown: ReadonlySet<string> = new Set(['to', 'from', 'server', 'topic', 'chatId', 'roomId', 'accountSid'])

/** Which fields of a kind are never shown again, and which hold an address to which messages go. */
export function fieldsOf(kind: ChannelKind): {
  readonly secrets: readonly string[]
  readonly addresses: readonly string[]
} {
  const option = channelSettingsSchema.options.find(({ shape }) => shape.kind.value === kind)
  const names = Object.keys(option?.shape ?? {}).filter((name) => name !== 'kind')
  return {
    secrets: names.filter((name) => !shown.has(name)),
    addresses: names.filter((name) => ['url', 'server', 'endpoint'].includes(name)),
  }
}
