import type { Sql } from '@repo/db/database'
import { deleteAuditBefore } from '@repo/db/queries/audit'
import { deleteChallengesBefore } from '@repo/db/queries/challenges'
import { forgetConsumersBefore } from '@repo/db/queries/consumers'
import { listOverdueWorkspaces, removeOverdue } from '@repo/db/queries/deleted-workspaces'
import { deleteDeliveriesBefore } from '@repo/db/queries/deliveries'
import { deleteDigestsBefore } from '@repo/db/queries/digests'
import { deleteFormerBefore } from '@repo/db/queries/former-windows'
import { deleteResultsBefore } from '@repo/db/queries/heartbeat-results'
import { deleteRequestsBefore } from '@repo/db/queries/idempotency'
import { deleteInvitationsBefore } from '@repo/db/queries/invitations'
import { deleteEventsBefore } from '@repo/db/queries/outbox'
import { deleteResetsBefore } from '@repo/db/queries/password-resets'
import { deleteIntakesBefore } from '@repo/db/queries/ping-intakes'
import { deleteTermsBefore } from '@repo/db/queries/publisher-terms'
import { deleteSessionsBefore } from '@repo/db/queries/sessions'
import { deleteCoverageBefore, deletePathsBefore } from '@repo/db/queries/system-facts'
import { deleteSystemIncidentsBefore } from '@repo/db/queries/system-incidents'
import { retriedTransaction } from '@repo/db/retried-transaction'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'

const everyMs = 3_600_000
const dayMs = 86_400_000
/** An event that nobody was told of for so long is news no more. */
const eventDays = 7
const termDays = 7
/** A heartbeat is judged by them when it is due, and what is waited for longest is a run of a month. */
const intakeDays = 35
/** What ended is kept for so long that whoever comes too late can be told so. */
const endedDays = 7
const auditDays = 365
const deliveryDays = 90
/** Pages tell of the last ninety days, and of what was told a month ahead. */
const formerDays = 120
const systemIncidentDays = 365
/** Of one table of a workspace that is removed: nobody waits long for what a step holds. */
const rowsAStep = 5_000

/** Throws away what has served its time. What fails is reported and tried again in the next round. */
export function createHousekeeper({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): Service {
  return async function housekeeper(signal) {
    while (!signal.aborted) {
      const nowMs = clock.nowMs()
      const works = [
        () => forgetConsumersBefore(sql, nowMs - dayMs),
        () => deleteEventsBefore(sql, nowMs - eventDays * dayMs),
        () => deleteDeliveriesBefore(sql, nowMs - deliveryDays * dayMs),
        () => deleteFormerBefore(sql, nowMs - formerDays * dayMs),
        () => deleteDigestsBefore(sql, nowMs - deliveryDays * dayMs),
        () => deleteIntakesBefore(sql, nowMs - intakeDays * dayMs),
        () => deleteResultsBefore(sql, nowMs - eventDays * dayMs),
        () => deleteTermsBefore(sql, nowMs - termDays * dayMs),
        () => deleteRequestsBefore(sql, nowMs - dayMs),
        () => deleteChallengesBefore(sql, nowMs - dayMs),
        () => deleteSessionsBefore(sql, nowMs - endedDays * dayMs),
        () => deleteResetsBefore(sql, nowMs - endedDays * dayMs),
        () => deleteInvitationsBefore(sql, nowMs - endedDays * dayMs),
        () => deleteAuditBefore(sql, nowMs - auditDays * dayMs),
        () => deleteCoverageBefore(sql, nowMs - dayMs),
        () => deletePathsBefore(sql, nowMs - dayMs),
        () => deleteSystemIncidentsBefore(sql, nowMs - systemIncidentDays * dayMs),
        () => removeWorkspaces(sql, signal),
      ]
      // One after the other: of several at once, one that fails before it is waited for would end the process.
      for (const work of works)
        await work().catch((err: unknown) => log.error({ err }, 'old rows could not be deleted'))
      await clock.sleep(everyMs, signal)
    }
  }
}

/** Those that nobody can bring back any more, piece by piece. What is left of one when the role ends goes in a later round. */
async function removeWorkspaces(sql: Sql, signal: AbortSignal): Promise<void> {
  for (const workspaceId of await listOverdueWorkspaces(sql)) {
    let isMore = true
    while (isMore && !signal.aborted)
      isMore = await retriedTransaction(sql, (tx) => removeOverdue(tx, workspaceId, rowsAStep))
  }
}
