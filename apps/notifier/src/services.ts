import type { MailSettings } from '@repo/config/mail'
import { askDatabase, type Sql } from '@repo/db/database'
import type { SendRequest } from '@repo/notifiers/http-channel'
import { createMailer, createPooledMailer } from '@repo/notifiers/mailer'
import type { Keyring } from '@repo/secrets/keyring'
import type { Clock } from '@repo/service/clock'
import type { FaultPoint } from '@repo/service/fault-point'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Operator } from '@repo/service/operator-server'
import type { Backend } from '@repo/streams/backend'
import { createDigests } from './digests.ts'
import { createNotifierMetrics } from './metrics.ts'
import { createPageMessenger } from './page-messenger.ts'
import { createPagePlanner } from './page-planner.ts'
import { createPlanner } from './planner.ts'
import { createSender } from './sender.ts'
import { type Channels, createTell } from './tell.ts'

export interface NotifierServicesDeps {
  readonly sql: Sql
  readonly backend: Pick<Backend, 'live' | 'rateLimits'>
  readonly clock: Clock
  readonly log: Log
  readonly operator: Operator
  readonly name: string
  readonly channels: Channels
  /** Sends to addresses that people chose: behind the egress guard. */
  readonly send: SendRequest
  readonly keyring: Keyring
  /** Without it nobody gets a weekly mail, and no subscriber of a page is written to. */
  readonly mail: MailSettings | undefined
  /** The start of links in messages; without it there are none. */
  readonly publicUrl: string | undefined
  /** So old is an event at least when it is planned. */
  readonly settledMs?: number
  readonly leaseMs?: number
  readonly faultPoint?: FaultPoint | undefined
}

/** The role of a notifier: what happened into deliveries, and deliveries to people. */
export function notifierServices(deps: NotifierServicesDeps): Record<string, Service> {
  const { sql, backend, clock, log, operator, name, mail, publicUrl, settledMs, leaseMs } = deps
  const metrics = createNotifierMetrics(operator.metrics, sql, clock)
  operator.readiness.add('database', () => askDatabase(sql))
  const tell = createTell({
    ...deps,
    holder: name,
    rateLimits: backend.rateLimits,
    random: Math.random,
    announce: (batch) => backend.live.publish(batch),
    onAttempt: metrics.attempted,
  })
  return {
    alertPlanner: createPlanner({
      ...{ sql, clock, log, onPlanned: metrics.planned, onPassedOver: metrics.passedOver },
      ...(settledMs !== undefined && { settledMs }),
    }),
    alertSender: createSender({
      ...{ sql, tell, holder: name, clock, log },
      ...(leaseMs !== undefined && { leaseMs }),
    }),
    pagePlanner: createPagePlanner({ sql, clock, log, onPlanned: metrics.pageMessagesPlanned }),
    pageMessenger: createPageMessenger({
      // Another mailer than that of the alerts: these wait behind no news for thousands.
      mailer: mail && createPooledMailer(mail),
      ...{ sql, clock, log, publicUrl, send: deps.send, keyring: deps.keyring, holder: name, random: Math.random },
      ...{ faultPoint: deps.faultPoint, onSent: metrics.pageMessageSent },
      ...(leaseMs !== undefined && { leaseMs }),
    }),
    ...(mail && {
      digests: createDigests({
        // Another mailer than that of the alerts: these wait behind no weekly mail.
        mailer: createMailer(mail),
        ...{ sql, clock, log, publicUrl, holder: name, random: Math.random, faultPoint: deps.faultPoint },
        ...(leaseMs !== undefined && { leaseMs }),
      }),
    }),
  }
}
