import type { HookSettings, hookKinds } from '@repo/contracts/page-subscribers'
import type { Attempt, Delivery } from './channel.ts'
import { discordHook } from './channels/discord.ts'
import { slackHook } from './channels/slack.ts'
import { teamsHook } from './channels/teams.ts'
import { webhookSignature } from './channels/webhook.ts'
import { type Prepared, type SendRequest, sendPrepared } from './http-channel.ts'
import { type NoticePlace, noticeJson, noticeMessage, noticeText, type PageNotice } from './page-notice.ts'

export type HookKind = (typeof hookKinds)[number]

export interface HookNotice {
  readonly kind: HookKind
  readonly settings: HookSettings
  readonly notice: PageNotice
  readonly place: NoticePlace
  /** One for a notice to a subscriber, the same in every attempt. */
  readonly key: string
}

/** Posts what a status page tells to a hook: as its provider lays messages out, or as signed JSON. */
export async function sendNoticeHook(send: SendRequest, told: HookNotice, attempt: Attempt): Promise<Delivery> {
  const prepared = preparedOf(told, attempt)
  // Whoever reads what became of a message is not whoever was written to.
  const secrets = [...prepared.secrets, ...tokensIn(told), told.settings.signingSecret ?? '']
  const { delivery, status } = await sendPrepared(send, { ...prepared, secrets }, attempt)
  const isGone = delivery.kind === 'refused' && status !== undefined && goneStatuses.has(status)
  return isGone ? { ...delivery, isGone } : delivery
}

/** So providers answer of hooks that somebody took away. */
const goneStatuses: ReadonlySet<number> = new Set([404, 410])

const hooks = { slack: slackHook, discord: discordHook, teams: teamsHook } as const

function preparedOf(told: HookNotice, { nowMs }: Attempt): Prepared {
  const { kind, settings, notice, place } = told
  if (kind === 'webhook') return webhook(told, nowMs)
  return hooks[kind](settings.url, noticeMessage(noticeText(notice, place)))
}

function webhook({ settings, notice, place, key }: HookNotice, nowMs: number): Prepared {
  const { url, signingSecret } = settings
  // The secret is told once, to whoever receives there, and before anything that it signs can matter.
  const told = { ...noticeJson(notice, place), ...(notice.kind === 'confirm' && { signingSecret }) }
  const body = JSON.stringify(told)
  const signed = signingSecret === undefined ? {} : webhookSignature(key, body, { signingSecret, nowMs })
  return {
    url,
    body,
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key, ...signed },
    secrets: [],
  }
}

function tokensIn({ notice, place }: HookNotice): string[] {
  const links = [place.ways?.unsubscribe, place.ways?.subscription, notice.kind === 'confirm' && notice.confirmUrl]
  return links.flatMap((link) => (link ? (link.split('token=')[1] ?? []) : []))
}
