import type { OutcomeVerdict } from '../src/outcome.ts'
import type { Region } from '../src/region.ts'

/**
 * The rules of a verdict once more, read from the description and written without a thought of speed: the whole past is read
 * anew for each look. What the product reaches step by step must be the same.
 *
 * Of majority alone, with two passing looks to recover, for a monitor whose every region may vote.
 */

export interface Seen {
  readonly region: Region
  readonly scheduledAtMs: number
  readonly verdict: OutcomeVerdict
}

type Told = { status: string; sinceMs: number }

const WORSE: Record<string, number> = { up: 0, degraded: 1, down: 2 }

export function readSlowly(seen: readonly Seen[], regions: readonly Region[], scheduleFromMs: number): Told[] {
  const once = new Map(seen.map((look) => [`${look.region} ${look.scheduledAtMs}`, look]))
  const past = [...once.values()].sort((a, b) => a.scheduledAtMs - b.scheduledAtMs || (a.region < b.region ? -1 : 1))
  const told: Told[] = []
  let now: Told = { status: 'unknown', sinceMs: scheduleFromMs }
  let isKnown = false
  const cameBack: number[] = []
  const patience: number[] = []
  for (const [index, look] of past.entries()) {
    // How patient we were is of the moment of each look.
    patience.push(cameBack.filter((ms) => ms > look.scheduledAtMs - 1_800_000).length >= 3 ? 6 : 2)
    const says = regions.map((region) =>
      stance(past.slice(0, index + 1), region, { patience, alone: regions.length === 1 }),
    )
    const own = says[regions.indexOf(look.region)]
    const changed = own && own.changedAt === look.scheduledAtMs
    if (!changed) continue
    const { status, sinceMs } = together(says, { now, look, own, configured: regions.length })
    if (status === now.status) {
      if (!isKnown) now = { status, sinceMs: Math.max(sinceMs, now.sinceMs) }
      isKnown = true
      continue
    }
    isKnown = true
    const next = { status, sinceMs: Math.max(sinceMs, now.sinceMs) }
    if (now.status === 'down' && status !== 'unknown') cameBack.push(next.sinceMs)
    now = next
    told.push(now)
  }
  return told
}

interface Stance {
  vote: string
  since: number
  blind: boolean
  /** Whether its last look settled its vote, rather than raising a doubt. */
  voted: boolean
  changedAt: number
}

function stance(
  past: readonly Seen[],
  region: Region,
  { patience, alone }: { patience: readonly number[]; alone: boolean },
): Stance {
  const own = past
    .map((look, index) => ({ ...look, patience: patience[index] ?? 2 }))
    .filter((l) => l.region === region)
  let heard: Heard = { vote: 'none', since: 0, blind: false, voted: false, changedAt: 0, last: '', doubts: [] }
  for (const look of own) heard = hear(heard, look, { worse: alone ? 2 : 1, better: look.patience })
  return heard
}

interface Heard extends Stance {
  last: string
  /** The looks in a row that say something else than the vote. */
  doubts: readonly { verdict: string; at: number }[]
}

function hear(was: Heard, { verdict, scheduledAtMs: at }: Seen, needed: { worse: number; better: number }): Heard {
  if (verdict === was.last && (verdict === 'unknown' || verdict === was.vote)) return was
  const now = { ...was, changedAt: at, last: verdict, voted: false }
  if (verdict === 'unknown') return { ...now, blind: true, doubts: [] }
  const sure = { ...now, blind: false, doubts: [], voted: true }
  if (verdict === was.vote) return { ...sure, since: was.blind ? at : was.since }
  if (was.vote === 'none' && verdict === 'up') return { ...sure, vote: 'up', since: at }
  return doubt(now, sure, { verdict, at, needed })
}

function doubt(
  now: Heard,
  sure: Heard,
  { verdict, at, needed }: { verdict: string; at: number; needed: { worse: number; better: number } },
): Heard {
  const isWorse = (one: string) => now.vote === 'none' || rank(one) > rank(now.vote)
  const doubts = [...now.doubts.filter((one) => isWorse(one.verdict) === isWorse(verdict)), { verdict, at }]
  if (doubts.length < (isWorse(verdict) ? needed.worse : needed.better)) return { ...now, doubts }
  const ranks = doubts.map((one) => rank(one.verdict))
  const borneOut = isWorse(verdict) ? Math.min(...ranks) : Math.max(...ranks)
  return { ...sure, vote: Object.keys(WORSE)[borneOut] ?? '', since: doubts[0]?.at ?? 0 }
}

function together(
  says: readonly Stance[],
  { now, look, own, configured }: { now: Told; look: Seen; own: Stance; configured: number },
): Told {
  const tip = own.voted ? own.since : look.scheduledAtMs
  const seeing = says.filter((one) => one.vote !== 'none' && !one.blind)
  const standing =
    now.status === 'down' && seeing.some((one) => one.vote === 'down')
      ? says.filter((one) => seeing.includes(one) || one.vote === 'down')
      : seeing
  if (standing.length === 0) return { status: 'unknown', sinceMs: tip }
  const down = standing.filter((one) => one.vote === 'down')
  const needed = Math.max(Math.floor(standing.length / 2) + 1, Math.min(2, configured))
  const since = (those: readonly Stance[]) => {
    if (now.status === 'down') return tip
    const begun = those.map((one) => one.since).sort((a, b) => a - b)
    const enough = begun[Math.min(needed, begun.length) - 1] ?? 0
    return Math.min(...begun.filter((ms) => ms === enough || (ms >= enough - 120_000 && ms >= now.sinceMs)))
  }
  if (down.length >= needed) return { status: 'down', sinceMs: since(down) }
  if (down.length === standing.length) return { status: 'unknown', sinceMs: since(down) }
  const unwell = standing.filter((one) => one.vote !== 'up')
  if (unwell.length >= needed) return { status: 'degraded', sinceMs: since(unwell) }
  return { status: 'up', sinceMs: tip }
}

function rank(verdict: string): number {
  return WORSE[verdict] ?? 0
}
