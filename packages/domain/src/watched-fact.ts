import type { Certificate, Outcome } from './outcome.ts'

/** What a look tells of its target beside whether it works, and people want to hear of: that it ends soon, that it is another. */

export const factKinds = ['certificate', 'domain', 'dns'] as const
export type FactKind = (typeof factKinds)[number]

export interface WatchedFact {
  readonly kind: FactKind
  /** What makes it this one and no other: a fingerprint, a registrar with its name servers, records. */
  readonly value: string
  /** The same for people. */
  readonly shown: string
  readonly expiresAtMs: number | null
  /** From its beginning to its end, where that is known. */
  readonly lifetimeMs: number | null
  readonly certificate?: ShownCertificate
}

/** What people want to read of a certificate: not how one connection with it was encrypted. */
export type ShownCertificate = Omit<Certificate, 'fingerprint' | 'protocol' | 'cipher'>

export const factLimits = {
  /** People are told when so many days are left, once each. */
  warningDays: [30, 14, 7, 3, 1],
  /** Of what lives for less than this, in proportion: a certificate of six days is not new for a month. */
  fullLifetimeDays: 90,
  /** A name may be served by several machines with a certificate each: so many are known, the newest. */
  known: 8,
  shownLength: 500,
} as const

const DAY_MS = 86_400_000

export function factsIn({ certificate, facts }: Pick<Outcome, 'certificate' | 'facts'>): WatchedFact[] {
  const found: WatchedFact[] = []
  if (certificate) {
    const [beganMs, expiresAtMs] = [instantOf(certificate.notBefore), instantOf(certificate.notAfter)]
    const lifetimeMs = beganMs === null || expiresAtMs === null ? null : expiresAtMs - beganMs
    const shown = `${certificate.subject}, issued by ${certificate.issuer}`
    const { fingerprint, protocol: _protocol, cipher: _cipher, ...rest } = certificate
    const fact = { value: fingerprint, shown: cut(shown), expiresAtMs, lifetimeMs, certificate: rest }
    found.push({ kind: 'certificate', ...fact })
  }
  const { registrar, nameServers, expiresAt, records } = facts
  if (registrar !== undefined && expiresAt !== undefined) {
    const shown = `registered with ${registrar ?? 'nobody who is named'}, name servers ${listed(nameServers) || 'unknown'}`
    const expiresAtMs = typeof expiresAt === 'string' ? instantOf(expiresAt) : null
    found.push({ kind: 'domain', value: shown, shown: cut(shown), expiresAtMs, lifetimeMs: null })
  }
  if (Array.isArray(records)) {
    const shown = listed(records)
    found.push({ kind: 'dns', value: shown, shown: cut(shown), expiresAtMs: null, lifetimeMs: null })
  }
  return found
}

/** What is known of one kind of fact of a monitor. */
export interface KnownFact {
  readonly value: string
  readonly shown: string
  /** Of how many warnings people were told. */
  readonly stage: number
  /** Of a certificate; those that were first seen by an older version have none until they are seen again. */
  readonly certificate?: ShownCertificate
}

export interface FactNews {
  readonly kind: `${FactKind}_${'expiring' | 'changed'}`
  readonly shown: string
  /** What it was before, where it is another now. */
  readonly before: string | null
  readonly expiresAtMs: number | null
}

/**
 * What is known after a look, and what there is to tell. Of what is seen for the first time only that it ends soon is told; one that was
 * seen before is no change, for several machines may answer in turn.
 */
export function followFact(
  known: readonly KnownFact[],
  fact: WatchedFact,
  nowMs: number,
): { readonly known: readonly KnownFact[]; readonly news: readonly FactNews[] } {
  const { kind, value, shown, expiresAtMs, certificate } = fact
  const stage = expiryStage(fact, nowMs)
  const mine = known.find((one) => one.value === value)
  const last = known.at(-1)
  const news: FactNews[] = []
  if (!mine && last) news.push({ kind: `${kind}_changed`, shown, before: last.shown, expiresAtMs })
  if (stage > (mine?.stage ?? 0)) news.push({ kind: `${kind}_expiring`, shown, before: null, expiresAtMs })
  const next = { value, shown, stage: Math.max(stage, mine?.stage ?? 0), ...(certificate && { certificate }) }
  const others = known.filter((one) => one !== mine)
  const isTheSame = mine?.stage === next.stage && Boolean(mine.certificate) === Boolean(certificate)
  return { known: isTheSame ? known : [...others, next].slice(-factLimits.known), news }
}

/** How many of the warnings are due. */
export function expiryStage({ expiresAtMs, lifetimeMs }: WatchedFact, nowMs: number): number {
  return warningInstants(expiresAtMs, lifetimeMs).filter((ms) => ms <= nowMs).length
}

/** When the next warning is due; null where there is none left. */
export function nextWarningMs({ expiresAtMs, lifetimeMs }: WatchedFact, nowMs: number): number | null {
  return warningInstants(expiresAtMs, lifetimeMs).find((ms) => ms > nowMs) ?? null
}

/** The earliest first. */
function warningInstants(expiresAtMs: number | null, lifetimeMs: number | null): number[] {
  if (expiresAtMs === null) return []
  const scale = lifetimeMs === null ? 1 : Math.min(1, lifetimeMs / (factLimits.fullLifetimeDays * DAY_MS))
  return factLimits.warningDays.map((days) => expiresAtMs - days * scale * DAY_MS)
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.map(String).toSorted().join(', ') : ''
}

function cut(text: string): string {
  return text.length > factLimits.shownLength ? `${text.slice(0, factLimits.shownLength)}…` : text
}

function instantOf(isoTime: string | null): number | null {
  const ms = isoTime === null ? Number.NaN : Date.parse(isoTime)
  return Number.isNaN(ms) ? null : ms
}
