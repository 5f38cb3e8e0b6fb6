import type { CheckSpec } from '@repo/contracts/check-spec'
import { targetOf } from '@repo/contracts/spec-target'
import type { Certificate, Evidence, Outcome, Phases } from '@repo/domain/outcome'
import { readableCount, readableMs } from '../engine/readable.ts'

const LABEL_WIDTH = 13
const BAR_WIDTH = 40
const DAY_MS = 86_400_000

/** One outcome as a person reads it in a terminal: what was found, where the time went, and what else there is to know. */
export function outcomeText(spec: CheckSpec, outcome: Outcome, nowMs: number): string {
  const code = outcome.code === 'OK' ? '' : ` [${outcome.code}]`
  return [
    `${outcome.verdict.toUpperCase()}  ${targetOf(spec)}`,
    `${outcome.message}${code}`,
    '',
    ...waterfall(outcome.phases),
    '',
    ...facts(outcome),
    ...(outcome.certificate ? certificateLines(outcome.certificate, nowMs) : []),
    ...(outcome.evidence ? evidenceLines(outcome.evidence) : []),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()
}

const phaseNames = [
  ['dns', 'DNS'],
  ['connect', 'connect'],
  ['tls', 'TLS'],
  ['firstByte', 'first byte'],
  ['transfer', 'transfer'],
] as const

/** A bar for each phase that was reached, beginning where the one before it ended. */
function waterfall(phases: Phases): string[] {
  const scale = BAR_WIDTH / Math.max(1, phases.total)
  let before = 0
  const lines = phaseNames.flatMap(([name, label]) => {
    const took = phases[name]
    if (took === null) return []
    const start = Math.min(BAR_WIDTH - 1, Math.round(before * scale))
    const width = Math.max(1, Math.min(BAR_WIDTH - start, Math.round(took * scale)))
    before += took
    return [row(label, `${duration(took)}  ${' '.repeat(start)}${'█'.repeat(width)}`)]
  })
  return [...lines, row('total', duration(phases.total))]
}

function duration(us: number): string {
  const text = us < 10_000 ? `${(us / 1_000).toFixed(1)} ms` : readableMs(us / 1_000)
  return text.padStart(8)
}

function facts({ address, httpVersion, status, bodyBytes, hops, facts: own }: Outcome): string[] {
  return [
    ...(address ? [row('address', address)] : []),
    ...(status === null ? [] : [row('answer', answerText({ httpVersion, status, bodyBytes }))]),
    ...hops.slice(0, -1).map((hop) => row('redirected', `${hop.status} from ${hop.url}`)),
    ...Object.entries(own).map(([name, value]) => row(name, Array.isArray(value) ? value.join(', ') : String(value))),
  ]
}

function answerText({ httpVersion, status, bodyBytes }: Pick<Outcome, 'httpVersion' | 'status' | 'bodyBytes'>): string {
  const size = bodyBytes === null ? '' : `, ${readableCount(bodyBytes)} bytes`
  return `${httpVersion ? `HTTP/${httpVersion} ` : ''}${status}${size}`
}

function certificateLines(
  { subject, names, issuer, notAfter, chain, key, protocol, cipher }: Certificate,
  nowMs: number,
): string[] {
  const daysLeft = notAfter ? Math.floor((Date.parse(notAfter) - nowMs) / DAY_MS) : null
  return [
    row('certificate', names.length > 0 ? names.slice(0, 5).join(', ') : subject),
    row('issuer', issuer),
    row('expires', notAfter ? `${notAfter.slice(0, 10)}, ${expiry(daysLeft ?? 0)}` : 'at no date that could be read'),
    row('TLS', `${protocol}, ${cipher}, ${key}`),
    ...chain.slice(1).map((link) => row('chain', link.subject)),
  ]
}

function expiry(daysLeft: number): string {
  return daysLeft < 0 ? `${readableCount(-daysLeft)} days ago` : `in ${readableCount(daysLeft)} days`
}

const EVIDENCE_LINES = 12

function evidenceLines({ responseHead, body, addresses, curl }: Evidence): string[] {
  return [
    ...(addresses.length > 1 ? [row('addresses', addresses.join(', '))] : []),
    ...excerpt('answer head', responseHead),
    ...excerpt('answer body', body),
    ...(curl ? ['', 'Try it yourself:', `  ${curl}`] : []),
  ]
}

function excerpt(label: string, text: string | null): string[] {
  if (!text) return []
  return [
    '',
    `${label}:`,
    ...text
      .trimEnd()
      .split('\n')
      .slice(0, EVIDENCE_LINES)
      .map((line) => `  ${line.slice(0, 160)}`),
  ]
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${text}`
}
