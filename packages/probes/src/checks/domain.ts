import { domainToASCII } from 'node:url'
import type { DomainSpec } from '@repo/contracts/specs/names'
import type { Facts, Outcome } from '@repo/domain/outcome'
import { getDomain } from 'tldts'
import { rdapServer } from '../domain-name/bootstrap.ts'
import { fetchJson } from '../domain-name/fetch-json.ts'
import { parseRegistration, type Registration } from '../domain-name/registration.ts'
import { carryOut, type Found } from '../engine/carry-out.ts'
import { type Failure, isFailure } from '../engine/failure.ts'
import { readableCount } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { nowMs, type ProbeDeps } from '../probe-deps.ts'

const DAY_MS = 86_400_000
/** Registries ask not to be asked often: what they said holds for half a day, and what they did not say for ten minutes. */
const ANSWER_AGE_MS = DAY_MS / 2
const FAILURE_AGE_MS = 600_000
const REMEMBERED = 10_000

interface Remembered {
  readonly answer: Registration | Failure
  readonly askedAtMs: number
}

const remembered = new Map<string, Remembered>()

/** Asks the registry until when a domain is registered, by RDAP (RFC 9082), at most twice a day whatever the interval. */
export function probeDomain(spec: DomainSpec, deps: ProbeDeps, signal: AbortSignal): Promise<Outcome> {
  return carryOut(spec, signal, (run) => look(spec, deps, run))
}

async function look(spec: DomainSpec, deps: ProbeDeps, run: ProbeRun): Promise<Found> {
  const now = nowMs(deps)
  const domain = getDomain(domainToASCII(spec.domain.replace(/\.$/, '').toLowerCase()))
  const passing = `${domain} is registered`
  if (!domain)
    return {
      passing,
      finding: { code: 'DOMAIN_NOT_FOUND', text: `Domain: ${spec.domain} is not a domain that one can register` },
    }
  const { answer, askedAtMs } = await registrationOf(domain, deps, { run, nowMs: now })
  if (isFailure(answer)) return { passing, finding: answer }
  const facts = factsOf(domain, answer, { nowMs: now, askedAtMs })
  const until = answer.expiresAtMs === null ? '' : ` until ${isoDate(answer.expiresAtMs)}`
  return { passing: passing + until, finding: judge(domain, answer, { warnDays: spec.warnDays, nowMs: now }), facts }
}

async function registrationOf(
  domain: string,
  deps: ProbeDeps,
  { run, nowMs }: { run: ProbeRun; nowMs: number },
): Promise<Remembered> {
  const key = `${deps.rdapBootstrapUrl ?? ''} ${domain}`
  const known = remembered.get(key)
  if (known && nowMs - known.askedAtMs < (isFailure(known.answer) ? FAILURE_AGE_MS : ANSWER_AGE_MS)) return known
  const asked = { answer: await ask(domain, deps, { run, nowMs }), askedAtMs: nowMs }
  // What the stop cut short is no answer of anybody's.
  if (run.isStopped) return asked
  if (remembered.size >= REMEMBERED) remembered.delete(remembered.keys().next().value ?? '')
  remembered.set(key, asked)
  return asked
}

async function ask(
  domain: string,
  deps: ProbeDeps,
  { run, nowMs }: { run: ProbeRun; nowMs: number },
): Promise<Registration | Failure> {
  const server = await rdapServer(domain, deps, { run, nowMs })
  if (typeof server !== 'string') return server
  const fetched = await fetchJson(`${server.replace(/\/?$/, '/')}domain/${encodeURIComponent(domain)}`, deps, run)
  if (fetched.kind === 'status' && fetched.status === 404) {
    return { code: 'DOMAIN_NOT_FOUND', text: `Domain: ${domain} is not registered` }
  }
  if (fetched.kind === 'status') return unavailable(domain, `it answered ${fetched.status}`)
  if (fetched.kind === 'failed') return unavailable(domain, fetched.failure.text)
  return parseRegistration(fetched.value) ?? unavailable(domain, 'its answer is not about a domain')
}

/** A registry that does not answer says nothing about the domain. */
function unavailable(domain: string, why: string): Failure {
  return { code: 'RDAP_UNAVAILABLE', text: `RDAP: the registry of ${domain} could not be asked: ${why}` }
}

/** States in which a domain is not, or soon no longer, in the DNS (RFC 8056, EPP status codes). */
const GRAVE = ['redemption period', 'pending delete', 'client hold', 'server hold', 'inactive']

function judge(
  domain: string,
  { expiresAtMs, status }: Registration,
  { warnDays, nowMs }: { warnDays: number; nowMs: number },
): Failure | null {
  const daysLeft = daysUntil(expiresAtMs, nowMs)
  if (daysLeft !== null && daysLeft < 0) {
    return {
      code: 'DOMAIN_EXPIRED',
      text: `Domain: ${domain} expired ${readableCount(-daysLeft)} days ago (${isoDate(expiresAtMs)})`,
    }
  }
  const grave = status.find((one) => GRAVE.includes(one))
  if (grave) return { code: 'DOMAIN_STATUS', text: `Domain: the registry holds ${domain} in the state "${grave}"` }
  if (daysLeft === null || daysLeft >= warnDays) return null
  return {
    code: 'DOMAIN_EXPIRING',
    text: `Domain: ${domain} expires in ${readableCount(daysLeft)} days (${isoDate(expiresAtMs)})`,
  }
}

function factsOf(
  domain: string,
  { expiresAtMs, registeredAtMs, registrar, status, nameServers }: Registration,
  { nowMs, askedAtMs }: { nowMs: number; askedAtMs: number },
): Facts {
  return {
    domain,
    expiresAt: isoTime(expiresAtMs),
    daysLeft: daysUntil(expiresAtMs, nowMs),
    registeredAt: isoTime(registeredAtMs),
    registrar,
    status,
    nameServers,
    askedAt: isoTime(askedAtMs),
  }
}

function daysUntil(ms: number | null, nowMs: number): number | null {
  return ms === null ? null : Math.floor((ms - nowMs) / DAY_MS)
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

function isoDate(ms: number | null): string {
  return isoTime(ms)?.slice(0, 10) ?? ''
}
