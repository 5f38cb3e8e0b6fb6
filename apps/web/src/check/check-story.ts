import type { Tick } from '@repo/contracts/ticks'
import { latencyText } from '@repo/ui/duration'
import { msg, t } from '@repo/ui/words'
import type { CheckAddress } from './check-address.ts'

/** A check, what the other regions saw in its slot, and the last one before it in its region that passed. */
export interface CheckStory {
  readonly tick: Tick | undefined
  readonly others: readonly Tick[]
  readonly lastGood: Tick | undefined
  /** So many of its region before it were looked through for that. */
  readonly lookedThrough: number
}

/** Reads it out of ticks that begin with its slot, newest first. */
export function storyOf(ticks: readonly Tick[], { scheduledAt, region }: CheckAddress): CheckStory {
  const slot = ticks.filter((tick) => tick.scheduledAt === scheduledAt)
  const before = ticks.filter((tick) => tick.region === region && tick.scheduledAt < scheduledAt)
  return {
    tick: slot.find((tick) => tick.region === region),
    others: slot.filter((tick) => tick.region !== region).toSorted((a, b) => (a.region < b.region ? -1 : 1)),
    lastGood: before.find(({ verdict }) => verdict === 'up'),
    lookedThrough: before.length,
  }
}

/** One thing that can be compared between two checks. */
export interface Fact {
  readonly name: string
  readonly value: string
  /** Of the last good check; undefined where there is none. */
  readonly before: string | undefined
  readonly isChanged: boolean
}

const facts: readonly (readonly [name: string, read: (tick: Tick) => string])[] = [
  [msg('Status'), ({ status }) => (status === null ? '–' : String(status))],
  [msg('Address'), ({ address }) => address ?? '–'],
  [msg('Redirects'), ({ redirects }) => String(redirects)],
  [msg('Certificate ends'), ({ certificateExpiresAt }) => certificateExpiresAt?.slice(0, 10) ?? '–'],
]

/** What is another than it was, and what is not. Times are never the same twice, and are shown beside each other alone. */
export function factsOf(tick: Tick, lastGood: Tick | undefined): Fact[] {
  const compared = facts.map(([name, read]) => {
    const [value, before] = [read(tick), lastGood && read(lastGood)]
    return { name: t(name), value, before, isChanged: before !== undefined && before !== value }
  })
  const total = { name: t('Took'), value: latencyText(tick.phases.totalMs), isChanged: false }
  return [...compared, { ...total, before: lastGood && latencyText(lastGood.phases.totalMs) }]
}

/** A slot that nobody could start in time has its row too, and took no time. */
export function isCarriedOut({ phases }: Tick): boolean {
  return phases.totalMs > 0
}

/** How long after its slot it began, where that is worth a word. */
export function lagText({ scheduledAt, startedAt }: Tick): string {
  const lagMs = Date.parse(startedAt) - Date.parse(scheduledAt)
  return lagMs < 1 ? t('on time') : t('{lag} after its slot', { lag: latencyText(lagMs) })
}
