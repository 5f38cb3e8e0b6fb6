import { domainToASCII } from 'node:url'
import type { DnsSpec } from '@repo/contracts/specs/names'
import type { Facts, Outcome } from '@repo/domain/outcome'
import { followAliases } from '../dns/alias-chain.ts'
import { type DnsMessage, type DnsQuestion, withoutDot } from '../dns/message.ts'
import { type DnsReply, isNxdomain } from '../dns/query.ts'
import { systemQuery } from '../dns/resolve.ts'
import { reverseName } from '../dns/reverse-name.ts'
import { literalAddress } from '../egress/egress.ts'
import { carryOut, type Found } from '../engine/carry-out.ts'
import { type Failure, isFailure } from '../engine/failure.ts'
import { dnsFailure } from '../engine/look-up.ts'
import { refusedServer } from '../engine/place.ts'
import { escaped, readableEndpoint } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { timeoutFailure } from '../engine/timeout.ts'
import type { ProbeDeps } from '../probe-deps.ts'

/** Asks name servers for records and compares them with what is expected. Never answered from what is known already. */
export function probeDns(spec: DnsSpec, deps: ProbeDeps, signal: AbortSignal): Promise<Outcome> {
  const { slowAfterMs } = spec
  return carryOut({ ...spec, slowMs: slowAfterMs === undefined ? {} : { dns: slowAfterMs } }, signal, (run) =>
    look(spec, deps, run),
  )
}

async function look(spec: DnsSpec, deps: ProbeDeps, run: ProbeRun): Promise<Found> {
  const question = questionOf(spec)
  const label = `${question.name} ${question.type}`
  const refused = refusedServer(deps.egress, spec.nameServers)
  if (refused) return { passing: label, finding: refused }
  const reply = await ask(question, spec, { deps, run })
  if (isFailure(reply)) return { passing: label, finding: reply }
  const { message, server, isOverTcp } = reply
  const records = recordsOf(question, message)
  const facts: Facts = {
    records: records.map(({ value }) => value),
    ttlSeconds: records.length === 0 ? null : Math.min(...records.map(({ ttlSeconds }) => ttlSeconds)),
    server: readableEndpoint(server.address, server.port),
    isAuthoritative: message.isAuthoritative,
    isOverTcp,
    serial: serialOf(message),
  }
  const finding = judge(spec, question, { message, records: records.map(({ value }) => value) })
  return { passing: `${label} is ${shownValues(facts.records as string[])}`, finding, address: server.address, facts }
}

/** An address stands for its name in the reverse tree. */
function questionOf({ name, type }: DnsSpec): DnsQuestion {
  const address = literalAddress(name)
  if (type === 'PTR' && address) return { name: reverseName(address), type }
  return { name: withoutDot(domainToASCII(name) || name).toLowerCase(), type }
}

type Answered = Extract<DnsReply, { kind: 'answer' }>

async function ask(
  question: DnsQuestion,
  { nameServers }: DnsSpec,
  { deps, run }: { deps: ProbeDeps; run: ProbeRun },
): Promise<Answered | Failure> {
  const asked = (deps.query ?? systemQuery)(question, {
    limitMs: Math.max(1, run.remainingMs() - RESERVE_MS),
    ...(nameServers && { servers: nameServers }),
  })
  const { promise, resolve } = Promise.withResolvers<'over'>()
  run.waitIn('dns', () => resolve('over'))
  const reply = await Promise.race([asked, promise])
  // The text names how long was waited, so it is written before the wait is over.
  const late = reply === 'over' ? timeoutFailure(run, question.name) : null
  run.doneWaiting()
  if (reply === 'over') return late ?? dnsFailure('DNS_TIMEOUT', question.name)
  return reply.kind === 'answer' ? reply : dnsFailure(reply.code, question.name)
}

/** Leaves the resolver a moment to say why there is no answer. */
const RESERVE_MS = 50

/** The records of the wanted type, behind whatever aliases lead to them. */
function recordsOf({ name, type }: DnsQuestion, { answers }: DnsMessage) {
  const end = type === 'CNAME' ? name : (followAliases(name, answers).names.at(-1) ?? name)
  return answers.filter((record) => record.type === type && record.name === end)
}

function serialOf({ answers, authorities }: DnsMessage): number | null {
  const soa = [...answers, ...authorities].find(({ type }) => type === 'SOA')
  return soa ? Number(soa.value.split(' ')[2]) : null
}

function judge(
  { expected, minSerial }: DnsSpec,
  { name, type }: DnsQuestion,
  { message, records }: { message: DnsMessage; records: readonly string[] },
): Failure | null {
  const { names, isLoop } = followAliases(name, message.answers)
  if (isLoop) return dnsFailure('DNS_CNAME_LOOP', name)
  if (isNxdomain(message)) return dnsFailure('DNS_NXDOMAIN', name, names.length > 1 ? names.at(-1) : undefined)
  if (records.length === 0) return { code: 'DNS_NO_ADDRESS', text: `DNS: ${name} has no record of type ${type}` }
  const serial = serialOf(message)
  if (minSerial !== undefined && (serial === null || isOlder(serial, minSerial))) {
    return {
      code: 'DNS_VALUE',
      text: `DNS: the zone of ${name} has the serial ${serial ?? 'none'}, lower than ${minSerial}`,
    }
  }
  return expected ? judgeValues(name, expected, records) : null
}

/** Serials go round (RFC 1982). */
function isOlder(serial: number, minSerial: number): boolean {
  const ahead = (serial - minSerial) >>> 0
  return ahead >= 0x80000000
}

function judgeValues(
  name: string,
  { is, values }: NonNullable<DnsSpec['expected']>,
  records: readonly string[],
): Failure | null {
  const found = new Set(records.map(normal))
  const wanted = new Set(values.map(normal))
  const missing = [...wanted].filter((value) => !found.has(value))
  const extra = is === 'set' ? [...found].filter((value) => !wanted.has(value)) : []
  if (missing.length === 0 && extra.length === 0) return null
  const problems = [
    ...(missing.length > 0 ? [`lacks ${shownValues(missing)}`] : []),
    ...(extra.length > 0 ? [`has ${shownValues(extra)}, which nobody expects`] : []),
  ]
  return { code: 'DNS_VALUE', text: `DNS: ${name} ${problems.join(' and ')}` }
}

/** Names without their final dots, texts without their quotes, everything but texts in small letters. */
function normal(value: string): string {
  const bare = value.trim().replace(/^"(.*)"$/, '$1')
  return /[\s=]/.test(bare) && !/^\d+ /.test(bare) ? bare : withoutDot(bare).toLowerCase()
}

function shownValues(values: readonly string[]): string {
  const shown = values.slice(0, 3).map((value) => `'${escaped(value, 60)}'`)
  return values.length > 3 ? `${shown.join(', ')} and ${values.length - 3} more` : shown.join(', ') || 'nothing'
}
