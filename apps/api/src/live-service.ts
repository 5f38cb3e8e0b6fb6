import { type LiveBatch, liveTimes } from '@repo/contracts/live'
import type { Revoked } from '@repo/contracts/revoked'
import { type Watching, watchingLimits } from '@repo/contracts/watching'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import type { LiveBus } from '@repo/streams/live-bus'
import type { Server } from 'bun'
import type { AnswerCache } from './answer-cache.ts'
import type { LiveAccess } from './live-access.ts'
import { LiveHub, type Watcher } from './live-hub.ts'
import { type LiveLimits, liveLimits } from './live-limits.ts'

export interface LiveDeps {
  readonly access: LiveAccess
  /** dbpushers and API → everybody who watches. */
  readonly live: LiveBus<LiveBatch>
  /** API → dbpushers. */
  readonly watching: LiveBus<Watching>
  readonly revocations: LiveBus<Revoked>
  /** What was answered about a workspace is of the past once something happens there. */
  readonly answers?: Pick<AnswerCache, 'forget'> | undefined
  readonly clock: Clock
  readonly log: Log
  readonly limits?: Partial<LiveLimits> | undefined
}

/** The live socket: what a server takes for it, and what has to run beside the server. */
export function createLive({ access, live, watching, revocations, answers, clock, log, limits }: LiveDeps) {
  const hub = new LiveHub({ access, clock, log, limits, onWatched: tellWatched })

  return {
    upgrade: (server: Server<Watcher>, request: Request) => hub.upgrade(server, request),
    websocket: hub.websocket,
    positionOf: (workspaceId: WorkspaceId) => hub.positionOf(workspaceId),
    closeAll: () => hub.closeAll(),

    /** Resolves when everything is heard; it ends with the signal. */
    async follow(server: Server<Watcher>, signal: AbortSignal): Promise<void> {
      const onMissed = () => hub.announceGap(server)
      await live.subscribe(
        (batch) => {
          answers?.forget(batch.workspaceId)
          hub.announce(server, batch)
        },
        signal,
        onMissed,
      )
      await revocations.subscribe(
        (revoked) => hub.closeRevoked(revoked),
        signal,
        () => void hub.closeEnded(),
      )
      const repeat = (everyMs: number, act: () => void) => void repeatedly(clock, { everyMs, act }, signal)
      repeat(watchingLimits.repeatMs, tellWatched)
      repeat(liveTimes.heartbeatMs, () => hub.beat(server))
      repeat(limits?.recheckMs ?? liveLimits.recheckMs, () => void hub.closeEnded())
    },
  }

  /** Where nobody is told, people see their ticks a little later: they read anew. */
  function tellWatched(): void {
    const workspaceIds = hub.watched
    if (workspaceIds.length === 0) return
    watching.publish({ workspaceIds }).catch((err: unknown) => log.warn({ err }, 'what is watched could not be told'))
  }
}

async function repeatedly(
  clock: Clock,
  { everyMs, act }: { everyMs: number; act: () => void },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await clock.sleep(everyMs, signal)
    if (signal.aborted) return
    act()
  }
}
