import type { Sql } from '@repo/db/database'
import { listDueDomains, noteDomainFailure, noteDomainProof } from '@repo/db/queries/page-domains'
import { domainKeeping, lookForProof, type ResolveTxt } from '@repo/public-page/domain-proof'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Lease } from '@repo/streams/lease'

export interface DomainKeeperDeps {
  readonly sql: Sql
  readonly lease: Lease
  readonly resolveTxt: ResolveTxt
  readonly clock: Clock
  readonly log: Log
}

const everyMs = 60_000
/** So many are looked at one after the other, then it is asked again whether it is still ours to do. */
const together = 20

/**
 * Looks once a day whether the names that status pages have are still theirs, one of all dbpushers at a time. Whoever takes the
 * record away, or gives the name away, has no page under it after three days.
 */
export function createDomainKeeper({ sql, lease, resolveTxt, clock, log }: DomainKeeperDeps): Service {
  return async function domainKeeper(signal) {
    while (!signal.aborted) {
      await round().catch((err: unknown) => log.warn({ err }, 'the names of pages could not be looked at'))
      await clock.sleep(everyMs, signal)
    }
    await lease.release().catch(() => {})
  }

  async function round(): Promise<void> {
    if (!(await lease.hold()).held) return
    const nowMs = clock.nowMs()
    const { soundEveryMs, failingEveryMs, lostAfterMs } = domainKeeping
    const due = { soundBeforeMs: nowMs - soundEveryMs, failingBeforeMs: nowMs - failingEveryMs, limit: together }
    for (const asked of await listDueDomains(sql, due)) {
      const { problem } = await lookForProof(asked, resolveTxt)
      const looked = { ...asked, nowMs: clock.nowMs() }
      if (problem === null) await noteDomainProof(sql, looked)
      else if (await noteDomainFailure(sql, looked, { problem, lostAfterMs }))
        log.warn({ pageId: asked.id }, 'a status page has lost its name')
    }
  }
}
