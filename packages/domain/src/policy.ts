/** How many of the regions that reported must find a monitor down before it is. */
export type Quorum =
  | { readonly kind: 'any' }
  | { readonly kind: 'majority' }
  | { readonly kind: 'all' }
  | { readonly kind: 'count'; readonly count: number }

/** What a person may decide about how a verdict on a monitor is reached. */
export interface VerdictPolicy {
  readonly quorum: Quorum
  /** Failing looks in a row after which a region votes against the monitor; null for what fits its regions. */
  readonly failures: number | null
  /** Passing looks in a row after which a region votes for it again. */
  readonly recoveries: number
  /** Whether being degraded is an incident too. */
  readonly degradedIsIncident: boolean
}

export const policyLimits = { failures: 10, recoveries: 10, regions: 50 } as const

export const defaultPolicy: VerdictPolicy = {
  quorum: { kind: 'majority' },
  failures: null,
  recoveries: 2,
  degradedIsIncident: false,
}

/**
 * How many regions must agree among those that reported. Where two are to be had no majority is less than two: one region
 * alone is an advisory on that region.
 */
export function quorumOf(quorum: Quorum, reporting: number, configured: number): number {
  switch (quorum.kind) {
    case 'any':
      return 1
    case 'all':
      return Math.max(reporting, Math.min(2, configured))
    case 'count':
      return Math.max(1, Math.min(quorum.count, configured))
    case 'majority':
      return Math.max(Math.floor(reporting / 2) + 1, Math.min(2, configured))
  }
}

/** Where no other region is asked for its word, a failure is confirmed by a second look of the same region. */
export function failuresNeeded({ quorum, failures }: VerdictPolicy, configured: number): number {
  return failures ?? (quorumOf(quorum, configured, configured) >= 2 ? 1 : 2)
}
