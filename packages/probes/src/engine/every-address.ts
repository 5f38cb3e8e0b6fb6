import type { IpVersion, SlowMs } from '@repo/contracts/specs/fields'
import type { Outcome, OutcomeVerdict } from '@repo/domain/outcome'
import pLimit from 'p-limit'
import { literalAddress } from '../egress/egress.ts'
import type { ProbeDeps } from '../probe-deps.ts'
import { carryOut, said } from './carry-out.ts'
import { type Failure, isFailure } from './failure.ts'
import { findAddresses } from './place.ts'

export interface EveryAddressSpec {
  readonly timeoutMs: number
  readonly host?: string
  readonly url?: string
  readonly port?: number
  readonly ipVersion?: IpVersion | undefined
  readonly nameServers?: readonly string[] | undefined
  readonly slowMs?: SlowMs | undefined
}

const AT_ONCE = 6
const weight: Readonly<Record<OutcomeVerdict, number>> = { up: 0, degraded: 1, unknown: 2, down: 3 }

/**
 * Probes each address of a host by itself, as if it were the only one, and names the bad ones. Where all of them fail the
 * weightiest failure speaks; where some do, people see the site or not, as luck has it.
 */
export async function probeEveryAddress(
  spec: EveryAddressSpec,
  { deps, signal }: { deps: ProbeDeps; signal: AbortSignal },
  probe: (pinned: ProbeDeps, timeoutMs: number) => Promise<Outcome>,
): Promise<Outcome> {
  let addresses: readonly string[] = []
  const lookUp = await carryOut(spec, signal, async (run) => {
    const found = await findAddresses(targetOf(spec), spec, { deps, run })
    if (isFailure(found)) return { passing: '', finding: found }
    addresses = found
    return { passing: '', finding: null }
  })
  if (addresses.length === 0) return lookUp
  // The deadline is that of the whole check.
  const timeoutMs = Math.max(1, Math.round(spec.timeoutMs - lookUp.phases.total / 1_000))
  const limit = pLimit(AT_ONCE)
  const outcomes = await Promise.all(addresses.map((address) => limit(() => probe(pinnedTo(address, deps), timeoutMs))))
  return summary(addresses, outcomes, lookUp)
}

function targetOf({ host, url, port }: EveryAddressSpec) {
  if (url !== undefined) return new URL(url)
  return { protocol: 'tls:', hostname: host ?? '', port: String(port ?? '') }
}

/** The name keeps its place in the handshake and in the request; only where it leads is settled. */
function pinnedTo(address: string, deps: ProbeDeps): ProbeDeps {
  return {
    ...deps,
    resolve: (host, options) =>
      literalAddress(host) ? deps.resolve(host, options) : Promise.resolve({ kind: 'addresses', addresses: [address] }),
  }
}

function summary(addresses: readonly string[], outcomes: readonly Outcome[], lookUp: Outcome): Outcome {
  const [worst = lookUp] = outcomes.toSorted((a, b) => weight[b.verdict] - weight[a.verdict])
  const failing = addresses.flatMap((address, index) => {
    const { verdict, code } = outcomes[index] ?? worst
    return verdict === 'down' || verdict === 'unknown' ? [`${address} (${code})`] : []
  })
  const facts = { ...worst.facts, addresses, failing }
  const phases = { ...worst.phases, dns: lookUp.phases.dns, total: worst.phases.total + lookUp.phases.total }
  if (failing.length === 0 || failing.length === addresses.length) {
    return {
      ...worst,
      facts,
      phases,
      message: `${worst.message}${addresses.length > 1 ? ` (${addresses.length} addresses)` : ''}`,
    }
  }
  const finding: Failure = {
    code: 'ADDRESSES_FAILED',
    text: `${failing.length} of ${addresses.length} addresses fail: ${failing.join(', ')}`,
  }
  return { ...worst, ...said(finding, ''), facts, phases }
}
