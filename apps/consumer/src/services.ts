import { isPathCanary } from '@repo/domain/path-canary'
import type { Region } from '@repo/domain/region'
import { createEgressPolicy } from '@repo/probes/egress'
import { createProbes } from '@repo/probes/registry'
import { systemResolve } from '@repo/probes/resolve'
import type { Keyring } from '@repo/secrets/keyring'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import { addStreamFill } from '@repo/service/metrics'
import type { Operator } from '@repo/service/operator-server'
import type { Backend } from '@repo/streams/backend'
import { createCanaries } from './canaries.ts'
import { createConsumer } from './consumer.ts'
import { createHeartbeat } from './heartbeat.ts'
import { createConsumerMetrics } from './metrics.ts'
import { createOpenSpec } from './open-spec.ts'
import { openOwnTargets } from './own-targets.ts'
import { Places } from './places.ts'
import { createRegionCanary } from './region-canary.ts'
import { createRunCheck } from './run-check.ts'
import { createTrust } from './trust.ts'

export interface ConsumerServicesDeps {
  readonly backend: Backend
  readonly clock: Clock
  readonly log: Log
  readonly operator: Operator
  readonly region: Region
  readonly name: string
  readonly version: string
  readonly probing: ProbingOptions
  /** What opens the secrets of checks. */
  readonly keyring: Keyring
  /** How far the clock of this machine is behind the one that is used. */
  readonly clockOffsetMs?: () => number
}

export interface ProbingOptions {
  /** How many probes run at once. */
  readonly concurrency: number
  /** Of those of one workspace, how many at most burden one host. */
  readonly perHost: number
  /** Address ranges that checks may reach although they are private; see `createEgressPolicy`. */
  readonly egressAllow: readonly string[]
  /** What must answer if this region is to be believed; see `createCanaries`. */
  readonly canaries: readonly string[]
  /** Where the registries' RDAP servers are listed, in place of IANA's list. */
  readonly rdapBootstrapUrl?: string | undefined
}

/** So many results wait to be handed over beside each probe that runs. */
const heldPerProbe = 4
const urgentHeld = 100
/** A consumer that has checks and finishes none for so long does not do its work. */
const stuckAfterMs = 60_000

/** The role of a region's worker. It holds no database credentials. */
export function consumerServices(deps: ConsumerServicesDeps): Record<string, Service> {
  const { backend, clock, log, operator, region, name, version, probing, keyring } = deps
  const probe = createProbes({
    egress: createEgressPolicy({ allowedCidrs: probing.egressAllow }),
    resolve: systemResolve,
    ...(probing.rdapBootstrapUrl !== undefined && { rdapBootstrapUrl: probing.rdapBootstrapUrl }),
  })
  const places = new Places({ count: probing.concurrency, perHost: probing.perHost, clock })
  const canary = createRegionCanary({ canaries: createCanaries(probing.canaries, probe), clock, log })
  const own = openOwnTargets()
  const trust = createTrust({ targets: own, clock, log })
  const metrics = createConsumerMetrics({ metrics: operator.metrics, places, canary, trust })
  const openSpec = createOpenSpec(keyring)
  let finishedAtMs = clock.nowMs()
  const runCheck = createRunCheck({
    // What shows that the way of checks is open is seen here at a target that is surely there.
    probe: (spec, signal) => (spec === own.good ? own.probe(spec, signal) : probe(spec, signal)),
    openSpec: (check) => (isPathCanary(check) ? own.good : openSpec(check)),
    places,
    canary,
    trust,
    clock,
    log,
    onResult: (result) => {
      finishedAtMs = clock.nowMs()
      metrics.observe(result)
    },
  })
  const streams = { ordinary: backend.checksOf(region), urgent: backend.urgentOf(region) }
  for (const [which, stream] of Object.entries(streams))
    addStreamFill(operator.metrics, `checks ${region} ${which}`, () => stream.depth(region))
  operator.readiness.add('checks', async () => {
    const { oldestAgeMs } = await streams.ordinary.depth(region)
    const isStuck = oldestAgeMs > stuckAfterMs && clock.nowMs() - finishedAtMs > stuckAfterMs
    return isStuck ? `checks wait since ${Math.round(oldestAgeMs / 1_000)} s and none is finished` : undefined
  })
  operator.readiness.add('region', () => (canary.isOnline ? undefined : 'the canaries of the region do not answer'))
  operator.readiness.add('canaries', () =>
    trust.misjudged.length > 0 ? `known targets are judged wrongly: ${trust.misjudged.join(', ')}` : undefined,
  )
  const shared = { results: backend.results, testRuns: backend.testRuns, region, name }
  return {
    urgentConsumer: createConsumer({ ...shared, checks: streams.urgent, runCheck: runCheck(true), held: urgentHeld }),
    consumer: createConsumer({
      ...shared,
      checks: streams.ordinary,
      runCheck: runCheck(false),
      held: probing.concurrency * heldPerProbe,
    }),
    regionCanary: canary.service,
    trust: trust.service,
    heartbeat: createHeartbeat({
      consumers: backend.consumers,
      clock,
      log,
      look: () => ({
        name,
        region,
        version,
        online: canary.isOnline,
        trusted: trust.misjudged.length === 0,
        probesRunning: places.running,
        clockOffsetMs: deps.clockOffsetMs?.() ?? 0,
        ...metrics.takeRate(clock.nowMs()),
      }),
    }),
  }
}
