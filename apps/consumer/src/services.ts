import type { Region } from '@repo/domain/region'
import { createEgressPolicy } from '@repo/probes/egress'
import { createProbes } from '@repo/probes/registry'
import { systemResolve } from '@repo/probes/resolve'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Backend } from '@repo/streams/backend'
import { createConsumer } from './consumer.ts'

export interface ConsumerServicesDeps {
  readonly backend: Backend
  readonly clock: Clock
  readonly log: Log
  readonly region: Region
  readonly name: string
  readonly concurrency: number
  /** Address ranges that checks may reach although they are private; see `createEgressPolicy`. */
  readonly egressAllow: readonly string[]
  /** Where the registries' RDAP servers are listed, in place of IANA's list. */
  readonly rdapBootstrapUrl?: string | undefined
}

/** The role of a region's worker. It holds no database credentials. */
export function consumerServices({
  backend,
  region,
  egressAllow,
  rdapBootstrapUrl,
  ...deps
}: ConsumerServicesDeps): Record<string, Service> {
  const probe = createProbes({
    egress: createEgressPolicy({ allowedCidrs: egressAllow }),
    resolve: systemResolve,
    ...(rdapBootstrapUrl !== undefined && { rdapBootstrapUrl }),
  })
  return {
    consumer: createConsumer({ ...deps, region, probe, checks: backend.checksOf(region), results: backend.results }),
  }
}
