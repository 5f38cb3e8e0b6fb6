import type { OutcomeCode, OutcomeVerdict } from './outcome.ts'
import type { Region } from './region.ts'

/** What one region says of a monitor: what it saw last, and what it therefore votes. */
export interface RegionView {
  readonly region: Region
  /** What the newest look said; `unknown` where the region could not look. */
  readonly verdict: OutcomeVerdict
  /** Since when its looks have been saying so. */
  readonly sinceMs: number
  /** The check that last changed anything of what it says. */
  readonly scheduledAtMs: number
  readonly code: OutcomeCode
  readonly message: string
  /** What it stands for in a verdict, once enough looks in a row have said so; `unknown` before the first. */
  readonly vote: OutcomeVerdict
  /** The first of the looks by which it came to its vote, or came back to it after it could not look. */
  readonly voteSinceMs: number
  /** It could not look, and has not said anew what it stands for. */
  readonly blind: boolean
  /** So many looks in a row were worse than the vote, or better; none where the last one agreed. */
  readonly streak: number
  /** The first of these. */
  readonly streakSinceMs: number
  /** What all of these together bear out: the mildest of worse ones, the worst of better ones. */
  readonly streakVerdict: OutcomeVerdict
}

/** A look of a region, as far as its view goes. */
export type Look = Pick<RegionView, 'region' | 'scheduledAtMs' | 'verdict' | 'code' | 'message'>

/** How many looks in a row it takes to vote against a monitor, and for it again. */
export interface VotesNeeded {
  readonly failures: number
  readonly recoveries: number
}

const severities: Record<OutcomeVerdict, number> = { unknown: -1, up: 0, degraded: 1, down: 2 }

/**
 * Applies one look to what a region said before, and answers the very same view where it says nothing new: of a passing
 * look the message is not news. A look that is older than the newest changes history, never the present.
 */
export function nextView(previous: RegionView | undefined, look: Look, needed: VotesNeeded): RegionView {
  if (!previous) return voted({ ...look, sinceMs: look.scheduledAtMs, ...noVote(look) }, look, needed)
  if (look.scheduledAtMs <= previous.scheduledAtMs || (isSettled(previous) && saysTheSame(previous, look)))
    return previous
  const sinceMs = previous.verdict === look.verdict ? previous.sinceMs : look.scheduledAtMs
  return voted({ ...previous, ...look, sinceMs }, look, needed)
}

/** Whether nothing more than another look of the same kind is needed to know what it says. */
export function isSettled({ verdict, vote }: RegionView): boolean {
  return verdict === 'unknown' || verdict === vote
}

/** Whether it takes part in a verdict: it could look, and looked often enough. */
export function isReporting({ blind, vote }: RegionView): boolean {
  return !blind && vote !== 'unknown'
}

function noVote({ scheduledAtMs }: Look) {
  const unvoted = { vote: 'unknown', voteSinceMs: scheduledAtMs, blind: false, streak: 0 } as const
  return { ...unvoted, streakSinceMs: scheduledAtMs, streakVerdict: 'unknown' } as const
}

function voted(view: RegionView, look: Look, { failures, recoveries }: VotesNeeded): RegionView {
  // That it could not look bears out nothing: what comes next counts from one again.
  if (look.verdict === 'unknown') return { ...view, blind: true, streak: 0 }
  if (look.verdict === view.vote) return withVote(view, view.vote, view.blind ? look.scheduledAtMs : view.voteSinceMs)
  // Who never voted has nothing to recover from: the first passing look is its vote.
  if (view.vote === 'unknown' && look.verdict === 'up') return withVote(view, 'up', look.scheduledAtMs)
  const grown = withStreak(view, look)
  const needed = isWorse(look.verdict, view.vote) ? failures : recoveries
  return grown.streak >= needed ? withVote(grown, grown.streakVerdict, grown.streakSinceMs) : grown
}

function withStreak(view: RegionView, { verdict, scheduledAtMs }: Look): RegionView {
  const worse = isWorse(verdict, view.vote)
  if (view.streak === 0 || isWorse(view.streakVerdict, view.vote) !== worse)
    return { ...view, streak: 1, streakSinceMs: scheduledAtMs, streakVerdict: verdict }
  const bearsOut = isWorse(verdict, view.streakVerdict) === worse ? view.streakVerdict : verdict
  return { ...view, streak: view.streak + 1, streakVerdict: bearsOut }
}

function withVote(view: RegionView, vote: OutcomeVerdict, voteSinceMs: number): RegionView {
  return { ...view, vote, voteSinceMs, blind: false, streak: 0 }
}

function isWorse(a: OutcomeVerdict, b: OutcomeVerdict): boolean {
  return severities[a] > severities[b]
}

function saysTheSame(view: RegionView, { verdict, code, message }: Look): boolean {
  return view.verdict === verdict && view.code === code && (verdict === 'up' || view.message === message)
}
