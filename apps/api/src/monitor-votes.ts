import type { ChangedPolicy } from '@repo/contracts/policy'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import type { VerdictPolicy } from '@repo/domain/policy'
import { parseRegion, type Region } from '@repo/domain/region'
import { fieldError } from './field-error.ts'

/** What somebody asks for of how a monitor's verdict is reached. */
export interface AskedVotes {
  readonly policy?: ChangedPolicy | undefined
  readonly mutedRegions?: readonly string[] | undefined
}

export interface Votes {
  readonly policy: Partial<VerdictPolicy>
  readonly mutedRegions: readonly Region[]
}

/**
 * How the verdict will be reached after what was asked for; a region that the monitor has no more is silenced no more.
 *
 * @throws AppError `invalid_body` where nobody would have a vote, or more regions must agree than have one.
 */
export function votesOf(
  { policy, mutedRegions }: AskedVotes,
  regions: readonly Region[],
  before?: Pick<StoredMonitor, 'policy' | 'mutedRegions'>,
): Votes {
  const strange = mutedRegions?.find((region) => !regions.some((one) => one === region))
  if (strange !== undefined) throw fieldError('mutedRegions', `${strange} is none of its regions`)
  const muted = mutedRegions?.map(parseRegion) ?? before?.mutedRegions.filter((one) => regions.includes(one)) ?? []
  const voting = regions.length - muted.length
  if (voting === 0) throw fieldError('mutedRegions', 'one region at least must keep its vote')
  const quorum = policy?.quorum
  if (quorum?.kind === 'count' && quorum.count > voting)
    throw fieldError('policy.quorum.count', `only ${voting} of its regions have a vote`)
  return { policy: { ...before?.policy, ...policy } as Partial<VerdictPolicy>, mutedRegions: muted }
}
