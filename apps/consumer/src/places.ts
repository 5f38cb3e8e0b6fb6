import type { Clock } from '@repo/service/clock'

export interface PlacesOptions {
  /** Probes that run at once. */
  readonly count: number
  /** Of those, how many at most burden one host. */
  readonly perHost: number
  readonly clock: Clock
}

export interface Wish {
  readonly host: string | null
  readonly urgent: boolean
  /**
   * Until then it waits for others of its host to end. After that it goes beside them: rather a fifth connection than a check
   * that is not run, and so says nothing of a host that hangs.
   */
  readonly politeUntilMs: number
}

interface Waiting extends Wish {
  readonly go: () => void
}

/**
 * Places for probes, given in the order of asking, the urgent first. A free place is never kept from one host because of
 * another: whoever waits for its own host is passed by.
 */
export class Places {
  readonly #options: PlacesOptions
  readonly #perHost = new Map<string, number>()
  readonly #urgent: Waiting[] = []
  readonly #ordinary: Waiting[] = []
  #running = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: PlacesOptions) {
    this.#options = options
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#urgent.length + this.#ordinary.length
  }

  /** Waits for a place and keeps it until `work` has ended. */
  async use<Result>(wish: Wish, work: () => Promise<Result>): Promise<Result> {
    if (this.waiting === 0 && this.#mayGo(wish)) this.#enter(wish)
    else await this.#queue(wish)
    try {
      return await work()
    } finally {
      this.#leave(wish)
    }
  }

  #queue(wish: Wish): Promise<void> {
    return new Promise((go) => {
      ;(wish.urgent ? this.#urgent : this.#ordinary).push({ ...wish, go })
      this.#admit()
    })
  }

  #enter({ host }: Wish): void {
    this.#running += 1
    if (host !== null) this.#perHost.set(host, (this.#perHost.get(host) ?? 0) + 1)
  }

  #leave({ host }: Wish): void {
    this.#running -= 1
    if (host !== null) {
      const left = (this.#perHost.get(host) ?? 1) - 1
      if (left === 0) this.#perHost.delete(host)
      else this.#perHost.set(host, left)
    }
    if (this.waiting > 0) this.#admit()
  }

  #mayGo({ host, politeUntilMs }: Wish): boolean {
    if (this.#running >= this.#options.count) return false
    if (host === null || (this.#perHost.get(host) ?? 0) < this.#options.perHost) return true
    return this.#options.clock.nowMs() >= politeUntilMs
  }

  #admit(): void {
    for (const queue of [this.#urgent, this.#ordinary]) {
      for (let place = 0; place < queue.length && this.#running < this.#options.count; ) {
        const next = queue[place]
        if (!next || !this.#mayGo(next)) place += 1
        else {
          queue.splice(place, 1)
          this.#enter(next)
          next.go()
        }
      }
    }
    this.#wakeForPatience()
  }

  /** With a place free, whoever waits does so for its own host, and not for ever. */
  #wakeForPatience(): void {
    if (this.#timer !== undefined || this.waiting === 0 || this.#running >= this.#options.count) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#admit()
    }, 50)
  }
}
