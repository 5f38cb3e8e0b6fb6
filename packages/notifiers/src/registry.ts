import type { ChannelKind, ChannelSettings } from '@repo/contracts/channels'
import type { Channel } from './channel.ts'
import { createDiscord } from './channels/discord.ts'
import { createEmail, type EmailDeps } from './channels/email.ts'
import { createGoogleChat } from './channels/google-chat.ts'
import { createGotify } from './channels/gotify.ts'
import { createMatrix } from './channels/matrix.ts'
import { createMattermost } from './channels/mattermost.ts'
import { createNtfy } from './channels/ntfy.ts'
import { createOpsgenie } from './channels/opsgenie.ts'
import { createPagerduty } from './channels/pagerduty.ts'
import { createPushover } from './channels/pushover.ts'
import { createSlack } from './channels/slack.ts'
import { createSmsGateway } from './channels/sms-gateway.ts'
import { createTeams } from './channels/teams.ts'
import { createTelegram } from './channels/telegram.ts'
import { createTwilio } from './channels/twilio.ts'
import { createWebPush, type WebPushDeps } from './channels/web-push.ts'
import { createWebhook } from './channels/webhook.ts'
import type { SendRequest } from './http-channel.ts'

export interface ChannelDeps extends EmailDeps, Pick<WebPushDeps, 'webPush'> {
  /** Sends to addresses that people chose: behind the egress guard. */
  readonly send: SendRequest
}

/** Every channel that there is, by its kind. */
export type Channels = ReadonlyMap<ChannelKind, Channel<ChannelSettings>>

export function createChannels({ send, webPush, ...email }: ChannelDeps): Channels {
  const all = [
    ...[createEmail(email), createWebPush({ send, webPush })],
    ...[createWebhook, createSlack, createDiscord, createTeams, createGoogleChat, createMattermost, createTelegram],
    ...[createPagerduty, createOpsgenie, createTwilio, createSmsGateway, createNtfy, createGotify, createPushover],
    createMatrix,
  ].map((one) => (typeof one === 'function' ? one(send) : one))
  // Whoever delivers has parsed the settings, and by their kind.
  return new Map(
    all.map((channel) => [channel.kind as ChannelKind, channel as Channel<never> as Channel<ChannelSettings>]),
  )
}
