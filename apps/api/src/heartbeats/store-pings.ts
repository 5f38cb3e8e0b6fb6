import { checkResultCodec } from '@repo/contracts/check-message'
import { KnownSpecs } from '@repo/contracts/known-specs'
import type { HeartbeatSpec } from '@repo/contracts/specs/heartbeat'
import { isPinged } from '@repo/contracts/watched-by'
import type { Sql } from '@repo/db/database'
import { insertPings, type NewPing } from '@repo/db/queries/heartbeat-pings'
import { insertResults } from '@repo/db/queries/heartbeat-results'
import { type LockedHeartbeat, lockHeartbeats, savePinged } from '@repo/db/queries/heartbeats'
import type { CheckResult } from '@repo/domain/check'
import { applyPing, type HeartbeatStand, nextSilence } from '@repo/domain/heartbeat'
import { pingOutcome } from '@repo/domain/heartbeat-outcome'
import { pingRegion } from '@repo/domain/region'
import { type ArrivingPing, firstWordsOf } from './arriving-ping.ts'

/** A ping and when it came. */
export interface ArrivedPing extends ArrivingPing {
  readonly atMs: number
}

/** What became of a ping: nobody has this token, or it was taken, unless it came by a method that its job does not use. */
export type PingFate =
  | { readonly kind: 'taken' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'otherwise'; readonly methods: readonly string[] }

export interface Stored {
  /** One for each ping, in their order. */
  readonly fates: readonly PingFate[]
  /** They are written down, and have to be sent. */
  readonly results: readonly CheckResult[]
}

/** Stores pings with all that follows from them, and what of it has to be sent, in the transaction of whoever calls. */
export async function storePings(tx: Sql, pings: readonly ArrivedPing[]): Promise<Stored> {
  const locked = await lockHeartbeats(tx, [...new Set(pings.map(({ tokenHash }) => tokenHash))])
  const jobs = new Map(locked.map((one) => [one.tokenHash, new Job(one)]))
  const fates = pings.map((ping) => jobs.get(ping.tokenHash)?.take(ping) ?? unknown)
  const pinged = [...jobs.values()].filter(({ pings }) => pings.length > 0)
  await insertPings(
    tx,
    pinged.flatMap((job) => job.pings),
  )
  await savePinged(
    tx,
    pinged.map((job) => job.pinged()),
  )
  const results = pinged.flatMap((job) => job.results)
  await insertResults(
    tx,
    results.map((result) => ({ ...result, text: checkResultCodec.encode(result) })),
  )
  return { fates, results }
}

const taken: PingFate = { kind: 'taken' }
const unknown: PingFate = { kind: 'unknown' }

/** A job whose pings are being stored. */
class Job {
  readonly pings: NewPing[] = []
  readonly results: CheckResult[] = []
  readonly #locked: LockedHeartbeat
  readonly #spec: HeartbeatSpec | undefined
  #stand: HeartbeatStand
  #lastAtMs: number
  #count: number

  constructor(locked: LockedHeartbeat) {
    this.#locked = locked
    this.#spec = specOf(locked.specText)
    this.#stand = locked.stand
    this.#count = locked.pings
    // What came before the present schedule is of the past already.
    this.#lastAtMs = Math.max(locked.lastPingAtMs ?? 0, locked.stand.scheduleFromMs - 1)
  }

  take(ping: ArrivedPing): PingFate {
    const methods = this.#spec?.methods
    if (methods && !methods.some((method) => method === ping.method)) return { kind: 'otherwise', methods }
    // Each has an instant of its own, for that is the key of its tick.
    const atMs = Math.max(ping.atMs, this.#lastAtMs + 1)
    const { stand, durationMs } = applyPing(this.#stand, { ...ping, atMs })
    this.#stand = stand
    this.#lastAtMs = atMs
    this.#count += 1
    this.pings.push({ ...ping, monitorKey: this.#locked.monitorKey, n: this.#count, atMs, durationMs })
    if (!this.#locked.isPaused) this.#tell(ping, { atMs, durationMs: durationMs ?? ping.saidMs })
    return taken
  }

  #tell(ping: ArrivedPing, { atMs, durationMs }: { atMs: number; durationMs: number | null }): void {
    const outcome = pingOutcome({ ...ping, durationMs, words: ping.kind === 'fail' ? firstWordsOf(ping.body) : '' })
    if (!outcome) return
    const { id: monitorId, monitorKey } = this.#locked
    this.results.push({
      monitorId,
      monitorKey,
      region: pingRegion,
      scheduledAtMs: atMs,
      startedAtMs: atMs,
      outcome,
    })
  }

  pinged() {
    const dueMs = this.#spec && nextSilence(this.#spec, this.#stand)?.dueMs
    return {
      monitorKey: this.#locked.monitorKey,
      pings: this.#count,
      lastPingAtMs: this.#lastAtMs,
      stand: this.#stand,
      dueMs: dueMs ?? null,
    }
  }
}

const specs = new KnownSpecs()

/** Of a monitor whose row was spoilt nothing can be said of its silence; its pings are still its pings. */
function specOf(text: string): HeartbeatSpec | undefined {
  try {
    const spec = specs.get(text)
    return isPinged(spec) ? spec : undefined
  } catch {
    return undefined
  }
}
