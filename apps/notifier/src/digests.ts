import type { Sql } from '@repo/db/database'
import { readWeek } from '@repo/db/queries/digest-week'
import {
  type ClaimedDigest,
  claimDigests,
  type DigestReader,
  finishDigest,
  insertDigests,
  lockDueWorkspaces,
  setNextDigests,
} from '@repo/db/queries/digests'
import { retriedTransaction } from '@repo/db/retried-transaction'
import { afterAttempt, deliveryLimits } from '@repo/domain/delivery'
import {
  digestLimits,
  digestWeek,
  isWorthTelling,
  nextDigestMs,
  reportWeek,
  type WeekReport,
} from '@repo/domain/digest'
import type { Delivery } from '@repo/notifiers/channel'
import { sendDigest } from '@repo/notifiers/digest-mail'
import type { Mailer } from '@repo/notifiers/mailer'
import type { Clock } from '@repo/service/clock'
import type { FaultPoint } from '@repo/service/fault-point'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'

export interface DigestsDeps {
  readonly sql: Sql
  readonly mailer: Mailer
  /** A name that no other process has: its lease. */
  readonly holder: string
  readonly clock: Clock
  readonly log: Log
  /** From 0 to 1, anew each time. */
  readonly random: () => number
  /** The start of links in the mails; without it there are none. */
  readonly publicUrl: string | undefined
  /** Whoever has died over a mail is given up after so long. */
  readonly leaseMs?: number
  readonly faultPoint?: FaultPoint | undefined
}

const everyMs = 15_000
const workspacesAtOnce = 100
/** As many as the mailer sends at once: all of them are over before the lease is. */
const mailsAtOnce = 4
/** Whoever is asked to stop lets what is on its way arrive for so long, and then gives it up. */
const patienceMs = 5_000

/** Writes to people once a week how their monitors fared. */
export function createDigests(deps: DigestsDeps): Service {
  const { clock, log } = deps
  return async function digests(signal) {
    const givingUp = new AbortController()
    let patience: ReturnType<typeof setTimeout> | undefined
    const lose = () => {
      patience = setTimeout(() => givingUp.abort(), patienceMs)
    }
    signal.addEventListener('abort', lose, { once: true })
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await planDigests(deps)));
        await sendDigests(deps, { signal, givingUp: givingUp.signal })
      } catch (err) {
        log.warn({ err }, 'weekly mails could not be seen to, trying again')
      }
      await clock.sleep(everyMs, signal)
    }
    clearTimeout(patience)
  }
}

/**
 * Writes down, for workspaces whose week is over, to whom a mail is to be sent, and when the next week is. Whoever dies over it has
 * done nothing. @returns whether there may be more.
 */
export async function planDigests({ sql, clock }: Pick<DigestsDeps, 'sql' | 'clock'>): Promise<boolean> {
  const nowMs = clock.nowMs()
  return retriedTransaction(sql, async (tx) => {
    const due = await lockDueWorkspaces(tx, nowMs, workspacesAtOnce)
    const weeks = due.map(({ workspaceId, timeZone, dueAtMs }) => ({
      ...{ workspaceId, dueAtMs },
      ...digestWeek(timeZone, nowMs),
      nextAtMs: nextDigestMs(timeZone, nowMs),
    }))
    // Nobody hears of a week before it was asked for, nor of one that is long over.
    const timely = weeks.filter(({ toMs, dueAtMs }) => dueAtMs > 0 && nowMs - toMs <= digestLimits.lateMs)
    await insertDigests(tx, timely, nowMs)
    await setNextDigests(tx, weeks)
    return due.length === workspacesAtOnce
  })
}

interface Stopping {
  readonly signal: AbortSignal
  readonly givingUp: AbortSignal
}

/** Sends what is due, and ends when nothing is. */
export async function sendDigests(deps: DigestsDeps, { signal, givingUp }: Stopping): Promise<void> {
  const { sql, clock, holder, leaseMs = deliveryLimits.leaseMs } = deps
  const weekOf = createWeeks(deps)
  while (!signal.aborted) {
    const claimed = await claimDigests(sql, { holder, nowMs: clock.nowMs(), leaseMs, limit: mailsAtOnce })
    if (claimed.length === 0) return
    const mails: [ClaimedDigest, Week][] = []
    for (const digest of claimed) mails.push([digest, await weekOf(digest)])
    await Promise.all(mails.map(([digest, week]) => send(deps, digest, { week, givingUp })))
  }
}

/** What there is to say of a week. */
type Week =
  | { readonly kind: 'report'; readonly report: WeekReport }
  | { readonly kind: 'nothing' }
  /** It could not be found out. */
  | { readonly kind: 'unknown' }

/** Mails of one workspace come one after the other: only what was read last is kept. */
function createWeeks({ sql, log }: Pick<DigestsDeps, 'sql' | 'log'>) {
  let last: { readonly key: string; readonly week: Week } | undefined
  return async (digest: ClaimedDigest): Promise<Week> => {
    const { workspaceId, toMs } = digest
    const key = `${workspaceId} ${toMs}`
    if (last?.key !== key) last = { key, week: await read(digest) }
    return last.week
  }

  async function read({ workspaceId, fromMs, toMs }: ClaimedDigest): Promise<Week> {
    const period = { fromMs, toMs }
    try {
      const report = reportWeek(await readWeek(sql, workspaceId, period), period)
      return isWorthTelling(report) ? { kind: 'report', report } : { kind: 'nothing' }
    } catch (err) {
      log.error({ err, workspaceId }, 'the week of a workspace could not be read')
      return { kind: 'unknown' }
    }
  }
}

interface Sending {
  readonly week: Week
  readonly givingUp: AbortSignal
}

async function send(deps: DigestsDeps, digest: ClaimedDigest, { week, givingUp }: Sending): Promise<void> {
  const { reader, id, dueAtMs, attempts } = digest
  if (!reader || week.kind === 'nothing') return finish(deps, digest, { next: { state: 'superseded' }, answer: '' })
  const outcome =
    week.kind === 'report' ? await attempt(deps, { id, reader, report: week.report, givingUp }) : unknownWeek
  if (outcome.kind === 'accepted') deps.faultPoint?.('digest accepted by the mail server')
  const tried = { attempts, firstDueAtMs: dueAtMs, nowMs: deps.clock.nowMs(), random: deps.random() }
  const next = afterAttempt(outcome, tried)
  const answer = outcome.kind === 'accepted' ? outcome.answer : outcome.answer || outcome.reason
  await finish(deps, digest, { next, answer })
  if (next.state !== 'dead') return
  const { workspaceId, userId } = digest
  deps.log.error({ digestId: id, workspaceId, userId, attempts, answer }, 'a weekly mail was given up')
}

const unknownWeek = { kind: 'retry', reason: 'something on our side failed', answer: '' } as const

function attempt(
  { mailer, publicUrl }: DigestsDeps,
  { id, reader, report, givingUp }: { id: string; reader: DigestReader; report: WeekReport; givingUp: AbortSignal },
): Promise<Delivery> {
  const { email: to, ...place } = reader
  const within = AbortSignal.any([givingUp, AbortSignal.timeout(deliveryLimits.attemptMs)])
  return sendDigest(mailer, { report, place: { ...place, publicUrl }, to, key: id }, within)
}

async function finish(
  { sql, clock, holder, log }: DigestsDeps,
  { id, attempts }: ClaimedDigest,
  done: Pick<Parameters<typeof finishDigest>[1], 'next' | 'answer'>,
): Promise<void> {
  const isOurs = await finishDigest(sql, { id, attempts, holder, nowMs: clock.nowMs(), ...done })
  if (!isOurs) log.warn({ digestId: id }, 'a weekly mail took so long that another notifier took it over')
}
