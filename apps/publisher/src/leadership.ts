import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import type { Lease } from '@repo/streams/lease'

export interface LeadershipDeps {
  readonly lease: Lease
  readonly leaseTtlMs: number
  readonly clock: Clock
  readonly log: Log
}

export interface Leadership {
  /** The token of the lease that is held, or undefined where somebody else leads or nobody knows. */
  token(): Promise<number | undefined>
  /** Whether the backend says that somebody else leads; false where it could not be asked. */
  readonly isHeldByAnother: boolean
  /** Somebody else was found to lead. */
  lose(): void
  giveUp(): Promise<void>
}

/** Renews the lease every third of its life. One that could not be renewed in time is taken for lost. */
export function createLeadership({ lease, leaseTtlMs, clock, log }: LeadershipDeps): Leadership {
  let held: number | undefined
  let askAtMs = 0
  let heldUntilMs = 0
  let isHeldByAnother = false

  async function ask(nowMs: number): Promise<void> {
    try {
      const answer = await lease.hold()
      const token = answer.held ? answer.token : undefined
      if (token !== held) log.info({ token }, token === undefined ? 'standing by' : 'leading')
      held = token
      isHeldByAnother = !answer.held
      if (answer.held) heldUntilMs = nowMs + leaseTtlMs
    } catch (err) {
      isHeldByAnother = false
      log.warn({ err }, 'the lease could not be renewed')
    }
  }

  return {
    get isHeldByAnother() {
      return isHeldByAnother
    },
    async token() {
      const nowMs = clock.nowMs()
      if (nowMs >= askAtMs) {
        askAtMs = nowMs + leaseTtlMs / 3
        await ask(nowMs)
      }
      if (held !== undefined && clock.nowMs() >= heldUntilMs) held = undefined
      return held
    },
    lose() {
      held = undefined
      log.warn('somebody else leads: standing by')
    },
    async giveUp() {
      if (held === undefined) return
      held = undefined
      await lease
        .release()
        .catch((err: unknown) => log.warn({ err }, 'the lease could not be released and will run out'))
    },
  }
}
