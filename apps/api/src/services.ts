import { askDatabase, type Sql } from '@repo/db/database'
import type { Region } from '@repo/domain/region'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Operator } from '@repo/service/operator-server'
import type { Backend } from '@repo/streams/backend'
import { closedFrontDoor, createFrontDoor } from './front-door.ts'
import { createPasswords } from './passwords.ts'
import { createApiServer } from './server.ts'
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
  readonly regions: readonly Region[]
  /** Where the dashboard's process listens; without it the API stands alone. */
  readonly webOrigin: string | undefined
  readonly onListening?: (url: string) => void
}

/** The role of the API, with the front door. */
export async function apiServices({
  backend,
  instanceSecret,
  webOrigin,
  operator,
  ...deps
}: ApiServicesDeps): Promise<Record<string, Service>> {
  operator.readiness.add('database', () => askDatabase(deps.sql))
  return {
    api: createApiServer({
      ...deps,
      changes: backend.changes,
      live: backend.live,
      watching: backend.watching,
      urgentOf: backend.urgentOf,
      tokens: createTokens(instanceSecret),
      passwords: await createPasswords(),
      frontDoor: webOrigin ? createFrontDoor(webOrigin) : closedFrontDoor,
    }),
  }
}
