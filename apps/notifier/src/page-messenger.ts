import { hookSettingsSchema } from '@repo/contracts/page-subscribers'
import type { Sql } from '@repo/db/database'
import {
  type ClaimedPageMessage,
  claimPageMessages,
  finishPageMessage,
  type MessageSubscriber,
  readToldIncidents,
} from '@repo/db/queries/page-messages'
import { endSubscription } from '@repo/db/queries/page-subscribers'
import { afterAttempt, deliveryLimits } from '@repo/domain/delivery'
import type { Delivery } from '@repo/notifiers/channel'
import type { SendRequest } from '@repo/notifiers/http-channel'
import type { Mailer, PooledMailer } from '@repo/notifiers/mailer'
import { sendNoticeHook } from '@repo/notifiers/page-hooks'
import { sendNoticeMail } from '@repo/notifiers/page-mail'
import type { Keyring } from '@repo/secrets/keyring'
import { subscriberContext } from '@repo/secrets/subscriber-address'
import type { Clock } from '@repo/service/clock'
import type { FaultPoint } from '@repo/service/fault-point'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import pLimit from 'p-limit'
import { type Written, writeNotice } from './page-notices.ts'

export interface PageMessengerDeps {
  readonly sql: Sql
  readonly clock: Clock
  readonly log: Log
  /** Undefined where no mail leaves the instance. */
  readonly mailer: Mailer | PooledMailer | undefined
  /** Sends to addresses that people chose: behind the egress guard. */
  readonly send: SendRequest
  readonly keyring: Keyring
  /** A name that no other process has: its lease. */
  readonly holder: string
  /** From 0 to 1, anew each time. */
  readonly random: () => number
  readonly publicUrl: string | undefined
  /** Whoever has died over a message is given up after so long. */
  readonly leaseMs?: number
  readonly faultPoint?: FaultPoint | undefined
  readonly onSent?: (sent: { readonly kind: string; readonly outcome: string; readonly lateMs: number }) => void
}

const everyMs = 1_000
/** So many messages are on their way at once, and of them so many mails: all of them are over before the lease is. */
const [atOnce, mailsAtOnce] = [32, 4]
const usualLeaseMs = 240_000
/** Whoever is asked to stop lets what is on its way arrive for so long, and then gives it up. */
const patienceMs = 5_000

/** Sends subscribers of status pages what is to be said to them. */
export function createPageMessenger(deps: PageMessengerDeps): Service {
  const { clock, log } = deps
  return async function pageMessenger(signal) {
    const givingUp = new AbortController()
    const sender = createPageSender(deps, givingUp.signal)
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await sender.sendSome()));
      } catch (err) {
        log.warn({ err }, 'messages of status pages could not be taken, trying again')
      }
      await clock.sleep(everyMs, signal)
    }
    const patience = setTimeout(() => givingUp.abort(), patienceMs)
    await sender.ended()
    clearTimeout(patience)
    if (deps.mailer && Symbol.dispose in deps.mailer) deps.mailer[Symbol.dispose]()
  }
}

export interface PageSender {
  /** Takes messages that are due and begins to send them. @returns whether there may be more that have room; waits where there is none. */
  sendSome(): Promise<boolean>
  /** Once all that was begun has ended. */
  ended(): Promise<void>
}

export function createPageSender(deps: PageMessengerDeps, givingUp: AbortSignal): PageSender {
  const { sql, clock, log, holder, publicUrl, leaseMs = usualLeaseMs } = deps
  const running = new Set<Promise<void>>()
  const mails = pLimit(mailsAtOnce)
  return {
    async sendSome() {
      if (running.size >= atOnce) await Promise.race(running)
      const nowMs = clock.nowMs()
      const claimed = await claimPageMessages(sql, { holder, nowMs, leaseMs, limit: atOnce - running.size })
      const incidents = await readToldIncidents(
        sql,
        claimed.flatMap(({ updateId }) => updateId ?? []),
      )
      for (const message of claimed) begin(message, written(message, { publicUrl, nowMs, incidents }))
      return claimed.length > 0
    },
    ended: async () => {
      while (running.size > 0) await Promise.all(running)
    },
  }

  function begin(message: ClaimedPageMessage, what: Written | 'spoilt' | undefined): void {
    const sending = () => sendOne(deps, message, { what, givingUp })
    const isMail = message.subscriber === null || message.subscriber.kind === 'email'
    const one: Promise<void> = (isMail ? mails(sending) : sending())
      // What could not be written down is told again when the lease is over.
      .catch((err: unknown) =>
        log.error({ err, messageId: message.id }, 'it could not be noted what became of a message'),
      )
      .finally(() => running.delete(one))
    running.add(one)
  }

  function written(message: ClaimedPageMessage, writing: Parameters<typeof writeNotice>[1]) {
    try {
      return writeNotice(message, writing)
    } catch (err) {
      log.error({ err, messageId: message.id }, 'a message of a status page could not be written')
      return 'spoilt'
    }
  }
}

interface Sending {
  readonly what: Written | 'spoilt' | undefined
  readonly givingUp: AbortSignal
}

const spoilt = { kind: 'retry', reason: 'something on our side failed', answer: '' } as const

async function sendOne(deps: PageMessengerDeps, message: ClaimedPageMessage, sending: Sending): Promise<void> {
  const { what, givingUp } = sending
  if (what === undefined) return finish(deps, message, { next: { state: 'superseded' }, answer: '' })
  const outcome = what === 'spoilt' ? spoilt : await attempt(deps, message, { what, givingUp })
  if (outcome.kind === 'accepted') deps.faultPoint?.('page message accepted')
  const { attempts, dueAtMs, subscriber, page, id } = message
  const nowMs = deps.clock.nowMs()
  const next = afterAttempt(outcome, { attempts, firstDueAtMs: dueAtMs, nowMs, random: deps.random() })
  const answer = outcome.kind === 'accepted' ? outcome.answer : outcome.answer || outcome.reason
  deps.onSent?.({ kind: message.kind, outcome: next.state, lateMs: nowMs - dueAtMs })
  if (subscriber && outcome.kind === 'refused' && outcome.isGone) {
    const because = subscriber.kind === 'email' ? 'refused' : 'gone'
    await endSubscription(deps.sql, { pageId: page.id, id: subscriber.id }, { because, nowMs })
  }
  await finish(deps, message, { next, answer })
  if (next.state === 'dead')
    deps.log.error({ messageId: id, pageId: page.id, attempts, answer }, 'a message was given up')
}

const noMail = { kind: 'retry', reason: 'this instance was not told how to send mail', answer: '' } as const

async function attempt(
  deps: PageMessengerDeps,
  { id: key, page, subscriber, signIn }: ClaimedPageMessage,
  { what, givingUp }: { readonly what: Written; readonly givingUp: AbortSignal },
): Promise<Delivery> {
  const signal = AbortSignal.any([givingUp, AbortSignal.timeout(deliveryLimits.attemptMs)])
  const to = subscriber ? subscriber.email : signIn?.email
  if (to) return deps.mailer ? sendNoticeMail(deps.mailer, { ...what, to, key }, signal) : noMail
  if (!subscriber || subscriber.kind === 'email') throw new Error('a message to nobody')
  const settings = openSettings(deps, page.id, subscriber)
  if (!settings) return spoilt
  const { kind } = subscriber
  return sendNoticeHook(deps.send, { ...what, kind, settings, key }, { signal, nowMs: deps.clock.nowMs() })
}

/** Undefined where they cannot be opened: what was wrong with our keys may be mended. */
function openSettings({ keyring, log }: PageMessengerDeps, pageId: string, { id, settings }: MessageSubscriber) {
  try {
    return hookSettingsSchema.parse(JSON.parse(keyring.open(settings ?? '', subscriberContext(pageId, id))))
  } catch (err) {
    // Its words may hold what was sealed.
    log.error({ name: (err as Error).name, subscriberId: id }, 'the address of a hook could not be opened')
    return undefined
  }
}

async function finish(
  { sql, clock, holder, log }: PageMessengerDeps,
  { id, attempts }: ClaimedPageMessage,
  done: Pick<Parameters<typeof finishPageMessage>[1], 'next' | 'answer'>,
): Promise<void> {
  const isOurs = await finishPageMessage(sql, { id, attempts, holder, nowMs: clock.nowMs(), ...done })
  if (!isOurs) log.warn({ messageId: id }, 'a message took so long that another notifier took it over')
}
