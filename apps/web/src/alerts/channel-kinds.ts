import type { ChannelKind } from '@repo/contracts/channels'
import { msg, t } from '@repo/ui/words'

/** Whom a channel of a kind mostly tells: somebody by themselves, or everybody who looks at one place. */
type Reach = 'person' | 'room'

interface KindWords {
  readonly name: string
  /** What a person needs to have at hand. */
  readonly note: string
  readonly reach: Reach
}

/** In the order in which they are offered. A browser is asked by itself, and is none of these. */
export const channelKinds: Record<Exclude<ChannelKind, 'web_push'>, KindWords> = {
  email: { name: msg('E-mail'), note: msg('an address'), reach: 'person' },
  slack: { name: 'Slack', note: msg('an incoming webhook'), reach: 'room' },
  teams: { name: 'Microsoft Teams', note: msg('the address of a workflow'), reach: 'room' },
  discord: { name: 'Discord', note: msg('a webhook of a channel'), reach: 'room' },
  telegram: { name: 'Telegram', note: msg('a bot and a chat'), reach: 'room' },
  google_chat: { name: 'Google Chat', note: msg('a webhook of a space'), reach: 'room' },
  mattermost: { name: 'Mattermost', note: msg('an incoming webhook'), reach: 'room' },
  matrix: { name: 'Matrix', note: msg('an access token and a room'), reach: 'room' },
  pagerduty: { name: 'PagerDuty', note: msg('an integration key'), reach: 'room' },
  opsgenie: { name: 'Opsgenie', note: msg('the key of an integration'), reach: 'room' },
  twilio: { name: msg('SMS by Twilio'), note: msg('an account and two numbers'), reach: 'person' },
  sms_gateway: { name: msg('SMS by a gateway'), note: msg('its address and a number'), reach: 'person' },
  pushover: { name: 'Pushover', note: msg('a user key and a token'), reach: 'person' },
  ntfy: { name: 'ntfy', note: msg('a topic'), reach: 'person' },
  gotify: { name: 'Gotify', note: msg('a server and a token'), reach: 'person' },
  webhook: { name: msg('Webhook'), note: msg('the address of a program that takes JSON'), reach: 'room' },
}
export type OfferedKind = keyof typeof channelKinds

export const offeredKinds = Object.keys(channelKinds) as OfferedKind[]

export function kindName(kind: string): string {
  if (kind === 'web_push') return t('Browser')
  return kind in channelKinds ? t(channelKinds[kind as OfferedKind].name) : kind
}
