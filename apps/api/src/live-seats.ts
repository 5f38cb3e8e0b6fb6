import type { LiveLimits } from './live-limits.ts'
import type { Principal } from './principal.ts'
import { AppError } from './problems.ts'

type SeatLimits = Pick<LiveLimits, 'socketsPerWorkspace' | 'socketsPerPerson'>
type Guest = Pick<Principal, 'workspaceId' | 'userId'>

/** How many live sockets each workspace and each person has, so that none of them takes all there are. */
export class LiveSeats {
  readonly #limits: SeatLimits
  readonly #taken = new Map<string, number>()

  constructor(limits: SeatLimits) {
    this.#limits = limits
  }

  /** @throws AppError `too_many_requests`. */
  refuseFull({ workspaceId, userId }: Guest): void {
    const { socketsPerPerson, socketsPerWorkspace } = this.#limits
    if (this.#countOf(userId) >= socketsPerPerson) throw tooMany(`at most ${socketsPerPerson} for one person`)
    if (this.#countOf(workspaceId) >= socketsPerWorkspace)
      throw tooMany(`at most ${socketsPerWorkspace} for one workspace`)
  }

  take({ workspaceId, userId }: Guest): void {
    for (const id of [workspaceId, userId]) this.#taken.set(id, this.#countOf(id) + 1)
  }

  free({ workspaceId, userId }: Guest): void {
    for (const id of [workspaceId, userId]) {
      const left = this.#countOf(id) - 1
      if (left > 0) this.#taken.set(id, left)
      else this.#taken.delete(id)
    }
  }

  #countOf(id: string): number {
    return this.#taken.get(id) ?? 0
  }
}

function tooMany(detail: string): AppError {
  return new AppError('too_many_requests', `too many live connections: ${detail}`, { headers: { 'retry-after': '60' } })
}
