import type { Region } from './region.ts'

/** What of a region's looks tells whether it can be believed: measured against other regions that look at the same targets. */
export interface RegionTally {
  readonly region: Region
  /** Monitors that other believed regions see too. */
  readonly compared: number
  /** Of these, how many it alone finds down while most of the others do not. */
  readonly alone: number
  /** How many different targets those are. */
  readonly targets: number
}

export interface QuarantinedRegion {
  readonly region: Region
  /** Since when it has been failing no more than others; null while it does. */
  readonly soundSinceMs: number | null
}

export const regionHealthLimits = {
  /** Below so many different targets a region that fails alone is an advisory of each monitor, and no more. */
  targets: 5,
  /** The share of what it is compared by that it fails alone, from which on it is not believed. */
  failingShare: 0.3,
  soundShare: 0.05,
  /** For so long it must be sound before it is believed again. */
  soundMs: 60_000,
} as const

export interface RegionHealth {
  readonly quarantine: readonly Region[]
  readonly release: readonly Region[]
  /** Of those that stay quarantined. */
  readonly kept: readonly QuarantinedRegion[]
}

/**
 * Which regions lose their vote because they fail across many unrelated targets that others find well, and which get it back.
 */
export function judgeRegions(
  tallies: readonly RegionTally[],
  quarantined: readonly QuarantinedRegion[],
  nowMs: number,
): RegionHealth {
  const known = new Set(quarantined.map(({ region }) => region))
  const quarantine = tallies.filter((tally) => !known.has(tally.region) && isLying(tally)).map(({ region }) => region)
  const kept = quarantined.map((one) => withSoundness(one, tallies, nowMs))
  const isSound = ({ soundSinceMs }: QuarantinedRegion) =>
    soundSinceMs !== null && nowMs - soundSinceMs >= regionHealthLimits.soundMs
  return {
    quarantine,
    release: kept.filter(isSound).map(({ region }) => region),
    kept: kept.filter((one) => !isSound(one)),
  }
}

function isLying({ compared, alone, targets }: RegionTally): boolean {
  return targets >= regionHealthLimits.targets && alone / compared >= regionHealthLimits.failingShare
}

function withSoundness(one: QuarantinedRegion, tallies: readonly RegionTally[], nowMs: number): QuarantinedRegion {
  const tally = tallies.find(({ region }) => region === one.region)
  // Where nothing can be compared nothing speaks against it any more.
  const share = tally && tally.compared > 0 ? tally.alone / tally.compared : 0
  if (share > regionHealthLimits.soundShare) return { region: one.region, soundSinceMs: null }
  return { region: one.region, soundSinceMs: one.soundSinceMs ?? nowMs }
}
