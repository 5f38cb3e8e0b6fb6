import type { CheckSpec } from '@repo/contracts/check-spec'
import type { LiveBatch } from '@repo/contracts/live'
import type { MonitorChanged } from '@repo/contracts/monitor-changed'
import type { Watching } from '@repo/contracts/watching'
import type { Sql } from '@repo/db/database'
import type { Check } from '@repo/domain/check'
import type { Region } from '@repo/domain/region'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import type { LiveBus } from '@repo/streams/live-bus'
import type { Stream } from '@repo/streams/stream'
import type { Passwords } from './passwords.ts'
import type { Tokens } from './tokens.ts'

export interface ApiDeps {
  readonly sql: Sql
  readonly passwords: Passwords
  readonly tokens: Tokens
  /** API → publishers. */
  readonly changes: LiveBus<MonitorChanged>
  /** dbpushers and API → everybody who watches. */
  readonly live: LiveBus<LiveBatch>
  /** API → dbpushers. */
  readonly watching: LiveBus<Watching>
  /** Checks that somebody waits for, to each region. */
  readonly urgentOf: (region: Region) => Stream<Check<CheckSpec>>
  /** What a monitor is checked from where nobody says otherwise. */
  readonly regions: readonly Region[]
  readonly clock: Clock
  readonly log: Log
}
