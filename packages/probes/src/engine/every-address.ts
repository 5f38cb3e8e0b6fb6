import type { IpVersion, SlowMs } from '@repo/contracts/specs/fields'
import type { Outcome, OutcomeVerdict } from '@repo/domain/outcome'
import pLimit from 'p-limit'
import { literalAddress } from '../egress/egress.ts'
import type { ProbeDeps } from '../probe-deps.ts'
import { carryOut, said } from './carry-out.ts'
import { type Failure, isFailure } from './failure.ts'
import { findAddresses } from './place.ts'
import { clipped } from './readable.ts'

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
 * weightiest failure speaks; where some do, people see the site or not, as luck has it. Each probe is given what is left of
 * the time, since the check has one deadline.
 */
export async function probeEveryAddress(
  spec: EveryAddressSpec,
  { deps, signal }: { deps: ProbeDeps; signal: AbortSignal },
  probe: (pinned: ProbeDeps, timeoutMs: number) => Promise<Outcome>,
): Promise<Outcome> {
  const startedAtMs = performance.now()
  let addresses: readonly string[] = []
  const lookUp = await carryOut(spec, signal, async (run) => {
    const found = await findAddresses(targetOf(spec), spec, { deps, run })
    if (isFailure(found)) return { passing: '', finding: found }
    addresses = found
    return { passing: '', finding: null }
  })
  if (addresses.length === 0) return lookUp
  const timeoutMs = Math.max(1, Math.round(spec.timeoutMs - (performance.now() - startedAtMs)))
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
  const seen = addresses.map((address, index) => ({ address, outcome: outcomes[index] ?? lookUp }))
  const failing = seen.filter(({ outcome }) => outcome.verdict === 'down')
  // What could not be looked at from here says nothing about the target: a region without IPv6, an address that is blocked.
  const unchecked = seen.filter(({ outcome }) => outcome.verdict === 'unknown')
  const [worst] = worstFirst(unchecked.length < seen.length ? without(seen, unchecked) : seen)
  const outcome = worst?.outcome ?? lookUp
  const facts = {
    ...outcome.facts,
    addresses,
    failing: failing.map(named),
    ...(unchecked.length > 0 && { unchecked: unchecked.map(named) }),
  }
  const phases = { ...outcome.phases, dns: lookUp.phases.dns, total: outcome.phases.total + lookUp.phases.total }
  const found = { ...outcome, facts, phases }
  if (failing.length > 0 && failing.length + unchecked.length < seen.length) {
    return { ...found, ...said(someFail(failing, addresses.length), '') }
  }
  if (addresses.length === 1) return found
  // A remark may be about one of them alone.
  const concerned = seen.filter((one) => one.outcome.code === outcome.code)
  const all = concerned.length === seen.length ? `${addresses.length} addresses` : concerned.map(addressOf).join(', ')
  return { ...found, message: clipped(`${outcome.message} (${all})`) }
}

interface Seen {
  readonly address: string
  readonly outcome: Outcome
}

function worstFirst(seen: readonly Seen[]): Seen[] {
  return seen.toSorted((a, b) => weight[b.outcome.verdict] - weight[a.outcome.verdict] || remarked(b) - remarked(a))
}

/** Of those that are up, one with a remark has more to say. */
function remarked({ outcome }: Seen): number {
  return outcome.code === 'OK' ? 0 : 1
}

function without(seen: readonly Seen[], some: readonly Seen[]): Seen[] {
  return seen.filter((one) => !some.includes(one))
}

function addressOf({ address }: Seen): string {
  return address
}

function named({ address, outcome }: Seen): string {
  return `${address} (${outcome.code})`
}

function someFail(failing: readonly Seen[], count: number): Failure {
  return {
    code: 'ADDRESSES_FAILED',
    text: `${failing.length} of ${count} addresses fail: ${failing.map(named).join(', ')}`,
  }
}
