import { deleteMaintenanceToldBefore } from '@repo/db/queries/page-maintenance'
import { deletePageMessagesBefore } from '@repo/db/queries/page-messages'
import { deleteSignInsBefore } from '@repo/db/queries/page-sign-ins'
import { deletePendingBefore } from '@repo/db/queries/page-subscribers'
import type { Service } from '@repo/service/lifecycle'
import { type PagePlanDeps, planMaintenance, planUpdate } from './page-plans.ts'

const DAY_MS = 86_400_000
const everyMs = 1_000
/** To find the times of windows takes long, and they are told of a day before. */
const maintenanceEveryMs = 15_000
const tidyEveryMs = DAY_MS / 24
/** For so long nobody's asking is kept who never confirmed, and what was sent. */
const kept = { pendingMs: 7 * DAY_MS, messagesMs: 30 * DAY_MS, signInsMs: DAY_MS, toldMs: 90 * DAY_MS } as const

/** Turns what is said on status pages into messages to their subscribers. */
export function createPagePlanner(deps: PagePlanDeps): Service {
  const { clock, log } = deps
  return async function pagePlanner(signal) {
    const lastMs = { maintenance: Number.NEGATIVE_INFINITY, tidying: Number.NEGATIVE_INFINITY }
    const isDue = (what: keyof typeof lastMs, afterMs: number) => clock.nowMs() - lastMs[what] >= afterMs
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await planUpdate(deps)));
        if (isDue('maintenance', maintenanceEveryMs)) {
          await planMaintenance(deps)
          lastMs.maintenance = clock.nowMs()
        }
        if (isDue('tidying', tidyEveryMs)) {
          await tidyPageMessages(deps)
          lastMs.tidying = clock.nowMs()
        }
      } catch (err) {
        log.warn({ err }, 'messages of status pages could not be planned, trying again')
      }
      await clock.sleep(everyMs, signal)
    }
  }
}

export async function tidyPageMessages({ sql, clock }: Pick<PagePlanDeps, 'sql' | 'clock'>): Promise<void> {
  const nowMs = clock.nowMs()
  await deletePendingBefore(sql, nowMs - kept.pendingMs)
  await deletePageMessagesBefore(sql, nowMs - kept.messagesMs)
  await deleteSignInsBefore(sql, nowMs - kept.signInsMs)
  await deleteMaintenanceToldBefore(sql, nowMs - kept.toldMs)
}
