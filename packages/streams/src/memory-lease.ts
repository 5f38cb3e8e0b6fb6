import type { Fence, Hold, Lease, LeaseOptions } from './lease.ts'

/** Where the leases of one process are kept, as Redis keeps those of many. */
export type LeaseBook = Map<string, Page>

interface Page {
  holder: string | undefined
  token: number
  endsAtMs: number
}

export function createLeaseBook(): LeaseBook {
  return new Map()
}

export function createMemoryLease(book: LeaseBook, { name, holder, ttlMs }: LeaseOptions): Lease {
  const page = book.get(name) ?? { holder: undefined, token: 0, endsAtMs: 0 }
  book.set(name, page)

  return {
    async hold(): Promise<Hold> {
      const nowMs = performance.now()
      const free = page.holder === undefined || page.endsAtMs <= nowMs
      if (!free && page.holder !== holder) return { held: false }
      if (free) page.token = Math.max(page.token + 1, Date.now())
      page.holder = holder
      page.endsAtMs = nowMs + ttlMs
      return { held: true, token: page.token }
    },
    async release() {
      if (page.holder === holder) page.holder = undefined
    },
    fence: (token) => new MemoryFence(page, token),
  }
}

export class MemoryFence implements Fence {
  readonly token: number
  readonly #page: Page

  constructor(page: Page, token: number) {
    this.#page = page
    this.token = token
  }

  get isNewest(): boolean {
    return this.#page.token === this.token
  }
}
