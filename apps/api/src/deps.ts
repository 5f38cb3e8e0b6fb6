import type { SignUpMode } from '@repo/contracts/accounts'
import type { CheckSpec } from '@repo/contracts/check-spec'
import type { LiveBatch } from '@repo/contracts/live'
import type { MonitorChanged } from '@repo/contracts/monitor-changed'
import type { Revoked } from '@repo/contracts/revoked'
import type { System } from '@repo/contracts/system'
import type { TestRunSeen } from '@repo/contracts/test-run'
import type { Watching } from '@repo/contracts/watching'
import type { Sql } from '@repo/db/database'
import type { Check, CheckResult } from '@repo/domain/check'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Region } from '@repo/domain/region'
import type { Mailer } from '@repo/notifiers/mailer'
import type { EgressPolicy } from '@repo/probes/egress'
import type { ResolveTxt } from '@repo/public-page/domain-proof'
import type { Keyring } from '@repo/secrets/keyring'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import type { LiveBus } from '@repo/streams/live-bus'
import type { RateLimits } from '@repo/streams/rate-limits'
import type { Stream } from '@repo/streams/stream'
import type { Authenticator } from './access/authenticator.ts'
import type { RequestMeter } from './access/rate-limits.ts'
import type { OidcLogin } from './accounts/oidc.ts'
import type { AnswerCache } from './answer-cache.ts'
import type { ChannelKinds } from './channel-kinds.ts'
import type { PingWriter } from './heartbeats/ping-writer.ts'
import type { Looks } from './looks.ts'
import type { Passwords } from './passwords.ts'
import type { Tokens } from './tokens.ts'

/** What an operator decides about who may come in and how much they may have. */
export interface AccessSettings {
  /** The start of every link that is sent; without it none is. */
  readonly publicUrl: string | undefined
  /** Names in `Host`, beside addresses and `localhost`. */
  readonly hosts: readonly string[]
  readonly trustedProxies: readonly string[]
  readonly signUp: SignUpMode
  /** Of one session or API key. */
  readonly requestsPerMinute: number
  /** Of a workspace for which nothing else was set. */
  readonly limits: WorkspaceLimits
}

export interface WorkspaceLimits {
  readonly monitors: number
  readonly members: number
  readonly checksPerMinute: number
  readonly intervalFloorSeconds: number
}

export interface ApiDeps extends AccessSettings {
  /** Where mail is set up. */
  readonly mailer?: Mailer | undefined
  /** The login of the organisation, where there is one. */
  readonly oidc?: OidcLogin | undefined
  readonly sql: Sql
  readonly passwords: Passwords
  readonly tokens: Tokens
  readonly authenticator: Authenticator
  readonly rateLimits: RateLimits
  readonly requestMeter: RequestMeter
  /** API → API: what no longer holds. */
  readonly revocations: LiveBus<Revoked>
  /** API → publishers. */
  readonly changes: LiveBus<MonitorChanged>
  /** dbpushers and API → everybody who watches. */
  readonly live: LiveBus<LiveBatch>
  /** API → dbpushers. */
  readonly watching: LiveBus<Watching>
  /** Checks that somebody waits for, to each region. */
  readonly urgentOf: (region: Region) => Stream<Check<CheckSpec>>
  /** Consumers → API: what test runs saw. */
  readonly testRuns: LiveBus<TestRunSeen>
  /** What makes test runs the first results of monitors. */
  readonly looks: Looks
  /** API → dbpushers. */
  readonly results: Pick<Stream<CheckResult>, 'publish'>
  /** Where checks may go. */
  readonly egress: EgressPolicy
  /** What was answered to workspaces just now. */
  readonly answers: AnswerCache
  /** The id on the live channel after which whoever reads a workspace now has to be told, where there is a channel. */
  readonly livePositionOf?: (workspaceId: WorkspaceId) => string | undefined
  /** How the monitor itself is, as of a second ago at most. */
  readonly readSystem: () => Promise<System>
  /** What stores the pings of jobs. */
  readonly pings: PingWriter
  /** Ways to tell people that can be set up. */
  readonly channelKinds: ChannelKinds
  /** What browsers subscribe with, where this instance tells by web push. */
  readonly webPushPublicKey?: string | undefined
  /** What a monitor is checked from where nobody says otherwise. */
  readonly regions: readonly Region[]
  /** Whom to ask what stands in the name system, as the owners of names wrote it. */
  readonly resolveTxt: ResolveTxt
  /** What seals the secrets of monitors. */
  readonly keyring: Keyring
  readonly clock: Clock
  readonly log: Log
}
