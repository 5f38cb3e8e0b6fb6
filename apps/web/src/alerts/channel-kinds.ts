import type { ChannelKind } from '@repo/contracts/channels'

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
  email: { name: 'E-mail', note: 'an address', reach: 'person' },
  slack: { name: 'Slack', note: 'an incoming webhook', reach: 'room' },
  teams: { name: 'Microsoft Teams', note: 'the address of a workflow', reach: 'room' },
  discord: { name: 'Discord', note: 'a webhook of a channel', reach: 'room' },
  telegram: { name: 'Telegram', note: 'a bot and a chat', reach: 'room' },
  google_chat: { name: 'Google Chat', note: 'a webhook of a space', reach: 'room' },
  mattermost: { name: 'Mattermost', note: 'an incoming webhook', reach: 'room' },
  matrix: { name: 'Matrix', note: 'an access token and a room', reach: 'room' },
  pagerduty: { name: 'PagerDuty', note: 'an integration key', reach: 'room' },
  opsgenie: { name: 'Opsgenie', note: 'the key of an integration', reach: 'room' },
  twilio: { name: 'SMS by Twilio', note: 'an account and two numbers', reach: 'person' },
  sms_gateway: { name: 'SMS by a gateway', note: 'its address and a number', reach: 'person' },
  pushover: { name: 'Pushover', note: 'a user key and a token', reach: 'person' },
  ntfy: { name: 'ntfy', note: 'a topic', reach: 'person' },
  gotify: { name: 'Gotify', note: 'a server and a token', reach: 'person' },
  webhook: { name: 'Webhook', note: 'the address of a program that takes JSON', reach: 'room' },
}
export type OfferedKind = keyof typeof channelKinds

export const offeredKinds = Object.keys(channelKinds) as OfferedKind[]

export function kindName(kind: string): string {
  if (kind === 'web_push') return 'Browser'
  return kind in channelKinds ? channelKinds[kind as OfferedKind].name : kind
}
