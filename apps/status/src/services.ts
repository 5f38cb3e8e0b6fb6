import type { Sql } from '@repo/db/database'
import type { Keyring } from '@repo/secrets/keyring'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Operator } from '@repo/service/operator-server'
import { createPageKeeper } from './page-keeper.ts'
import { createPageStore, type PageStore } from './page-store.ts'
import { createStatusServer } from './server.ts'
import { openSnapshots } from './snapshots.ts'

/** What answers need. The database may be away; what only reads pages does without it. */
export interface StatusDeps {
  readonly sql: Sql
  readonly store: PageStore
  readonly clock: Clock
  readonly log: Log
  /** Ranges of proxies whose `X-Forwarded-*` are believed: of the API among them, which passes on what is below `/status/`. */
  readonly trustedProxies: readonly string[]
  /** What the API of the same process says that it is. */
  readonly doorToken?: string | undefined
  /** By which everybody reaches the instance; without it, by whatever they asked for. */
  readonly publicUrl: string | undefined
  /** The image of a page, a PNG; undefined where it has none. */
  readonly logoOf: (pageId: string) => Uint8Array<ArrayBuffer> | undefined
  /** Without it nobody can subscribe. */
  readonly subscribing?: Subscribing | undefined
}

/** By which ways people can be told of what is said on a page. */
export interface Subscribing {
  /** Whether the instance sends mail. */
  readonly byMail: boolean
  /** Seals the addresses of hooks; without it none are taken. */
  readonly keyring: Keyring | undefined
}

export interface StatusServicesDeps extends Omit<StatusDeps, 'store' | 'logoOf'> {
  readonly host: string
  readonly port: number
  /** Where the last good snapshots of all pages are kept. */
  readonly snapshotDirectory: string
  /** Who is shown how it goes. */
  readonly operator?: Pick<Operator, 'metrics'> | undefined
  readonly onListening?: (url: string) => void
}

/** The role of the status pages: they are served before, and whether or not, anybody can be asked about them. */
export function statusServices(deps: StatusServicesDeps): Record<string, Service> {
  const snapshots = openSnapshots(deps.snapshotDirectory, deps.log)
  const store = createPageStore(snapshots.load())
  return {
    statusServer: createStatusServer({ ...deps, store, logoOf: snapshots.logo }),
    pageKeeper: createPageKeeper({ ...deps, store, snapshots }),
  }
}
