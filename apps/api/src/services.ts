import type { MailSettings } from '@repo/config/mail'
import type { OidcSettings } from '@repo/config/oidc'
import type { WebPushSettings } from '@repo/config/web-push'
import { askDatabase, type Sql } from '@repo/db/database'
import { listValid } from '@repo/db/queries/valid-principals'
import type { Region } from '@repo/domain/region'
import { createMailer } from '@repo/notifiers/mailer'
import type { Channels } from '@repo/notifiers/registry'
import { createEgressPolicy } from '@repo/probes/egress'
import { createTxtResolver } from '@repo/public-page/domain-proof'
import type { Keyring } from '@repo/secrets/keyring'
import type { Clock } from '@repo/service/clock'
import type { FaultPoint } from '@repo/service/fault-point'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Operator } from '@repo/service/operator-server'
import type { Backend } from '@repo/streams/backend'
import { createAuthenticator } from './access/authenticator.ts'
import { createRequestMeter } from './access/rate-limits.ts'
import { createOidcLogin } from './accounts/oidc.ts'
import { createAnswerCache } from './answer-cache.ts'
import { channelKindsOf } from './channel-kinds.ts'
import type { AccessSettings } from './deps.ts'
import { closedFrontDoor, createFrontDoor } from './front-door.ts'
import { createPingMetrics } from './heartbeats/ping-metrics.ts'
import { createPingWriter } from './heartbeats/ping-writer.ts'
import { createLooks } from './looks.ts'
import { createPasswords } from './passwords.ts'
import { createApiServer } from './server.ts'
import { createStatusDoor, type StatusOrigin } from './status-door.ts'
import { createSystemReader } from './system.ts'
import { addSystemMetrics } from './system-metrics.ts'
import { createTokens } from './tokens.ts'

export interface ApiServicesDeps {
  readonly sql: Sql
  readonly backend: Backend
  readonly clock: Clock
  readonly log: Log
  readonly operator: Operator
  readonly host: string
  readonly port: number
  readonly instanceSecret: string
  readonly keyring: Keyring
  /** Every way to tell people. */
  readonly channels: Channels
  readonly access: AccessSettings
  /** Without it no mail leaves the instance. */
  readonly mail: MailSettings | undefined
  /** What browsers subscribe with; without it nothing is told by web push. */
  readonly webPush?: Pick<WebPushSettings, 'publicKey'> | undefined
  /** The login of the organisation, where there is one. */
  readonly oidc: OidcSettings | undefined
  readonly regions: readonly Region[]
  /** Address ranges that checks may reach although they are private. */
  readonly egressAllow: readonly string[]
  /** Who is asked for the records of pages' domains; those of the machine where it is left out. */
  readonly nameServers?: readonly string[] | undefined
  /** Where the dashboard's process listens; without it the API stands alone. */
  readonly webOrigin: string | undefined
  /** Where the status pages are served; without it none are passed on. */
  readonly statusOrigin?: (() => StatusOrigin | undefined) | undefined
  readonly faultPoint?: FaultPoint | undefined
  readonly onListening?: (url: string) => void
}

/** The role of the API, with the front door. */
export async function apiServices({
  backend,
  instanceSecret,
  webOrigin,
  statusOrigin,
  operator,
  access,
  mail,
  webPush,
  oidc,
  egressAllow,
  nameServers,
  channels,
  ...deps
}: ApiServicesDeps): Promise<Record<string, Service>> {
  operator.readiness.add('database', () => askDatabase(deps.sql))
  const tokens = createTokens(instanceSecret)
  const readSystem = createSystemReader(deps)
  addSystemMetrics(operator.metrics, readSystem)
  return {
    api: createApiServer({
      ...deps,
      ...access,
      channelKinds: channelKindsOf(channels),
      mailer: mail && createMailer(mail),
      webPushPublicKey: webPush?.publicKey,
      oidc: oidc && createOidcLogin(oidc),
      changes: backend.changes,
      live: backend.live,
      watching: backend.watching,
      testRuns: backend.testRuns,
      looks: createLooks(instanceSecret),
      results: backend.results,
      egress: createEgressPolicy({ allowedCidrs: egressAllow }),
      readSystem,
      answers: createAnswerCache(),
      resolveTxt: createTxtResolver(nameServers),
      pings: createPingWriter({
        ...deps,
        results: backend.results,
        onStored: createPingMetrics(operator.metrics),
      }),
      urgentOf: backend.urgentOf,
      rateLimits: backend.rateLimits,
      requestMeter: createRequestMeter({ ...deps, ...access, rateLimits: backend.rateLimits }),
      revocations: backend.revocations,
      tokens,
      authenticator: createAuthenticator({ ...deps, tokens }),
      stillValid: (principals) => listValid(deps.sql, principals, deps.clock.nowMs()),
      passwords: await createPasswords(),
      frontDoor: webOrigin ? createFrontDoor(webOrigin) : closedFrontDoor,
      statusDoor: createStatusDoor(statusOrigin ?? (() => undefined)),
    }),
  }
}
