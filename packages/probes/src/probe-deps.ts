import type { QueryDns, Resolve } from './dns/resolve.ts'
import type { EgressPolicy } from './egress/egress.ts'

/** What any probe may need; each check type takes its part of it. */
export interface ProbeDeps {
  readonly egress: EgressPolicy
  readonly resolve: Resolve
  /** Asks name servers for any record; the region's own where nothing else is given. */
  readonly query?: QueryDns
  /** Wall time, for the age of certificates. */
  readonly clock?: { nowMs(): number }
  /** Certificates to trust in place of the well-known authorities, PEM. */
  readonly ca?: string
  /** Where the registries' RDAP servers are listed (RFC 9224). */
  readonly rdapBootstrapUrl?: string
}

export function nowMs({ clock }: Pick<ProbeDeps, 'clock'>): number {
  return clock?.nowMs() ?? Date.now()
}
