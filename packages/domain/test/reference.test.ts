import { describe, expect, test } from 'bun:test'
import type { Sighting } from '../src/monitor-move.ts'
import { parseRegion } from '../src/region.ts'
import { follow } from '../testing/follow.ts'
import { makeOutcome } from '../testing/make.ts'
import { readSlowly } from '../testing/reference.ts'
import { makeStand } from '../testing/stand.ts'

/** Numbers that are the same in each run: what fails once fails again. */
function randomFrom(seed: number): (count: number) => number {
  let state = seed
  return (count) => {
    // xorshift32 (Marsaglia, 2003).
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % count
  }
}

const outcomes = (['up', 'degraded', 'down', 'unknown'] as const).map((verdict) => makeOutcome(verdict))
const names = ['a', 'b', 'c', 'd']

/** A monitor's life: of long calms and of times in which anything may be seen. */
function makeLife(random: (count: number) => number, length: number) {
  const regions = names.slice(0, 1 + random(names.length)).map(parseRegion)
  const looks: Sighting[] = []
  let atMs = 10_000
  let mood = 0
  for (let count = 0; count < length; count += 1) {
    // Now and then all regions look at one instant, and sometimes an hour passes.
    atMs += random(3) === 0 ? 0 : random(200) === 0 ? 3_600_000 : 1_000 + random(50_000)
    if (random(12) === 0) mood = random(4)
    const outcome = outcomes[random(3) === 0 ? random(4) : mood] ?? outcomes[0]
    const region = regions[random(regions.length)]
    if (outcome && region) looks.push({ region, scheduledAtMs: atMs, outcome })
  }
  // A slot has one result: of two at one instant from one region the pipeline keeps the first.
  const slots = new Set<string>()
  return { regions, looks: looks.filter(({ region, scheduledAtMs }) => isNew(slots, `${region} ${scheduledAtMs}`)) }
}

function isNew(known: Set<string>, key: string): boolean {
  return !known.has(key) && known.add(key) !== undefined
}

/** Cuts looks into batches wherever it happens, but never between two of one instant; in each they lie in any order, and some twice. */
function cut(looks: readonly Sighting[], random: (count: number) => number): Sighting[][] {
  const batches: Sighting[][] = [[]]
  for (const [index, look] of looks.entries()) {
    if (random(4) === 0 && looks[index - 1]?.scheduledAtMs !== look.scheduledAtMs) batches.push([])
    const batch = batches.at(-1) ?? []
    batch.splice(random(batch.length + 1), 0, look)
    if (random(10) === 0) batch.splice(random(batch.length + 1), 0, look)
  }
  return batches
}

describe('read slowly, from the description', () => {
  test('a million random looks give the same history, however they are cut, mixed and repeated', () => {
    const random = randomFrom(20_261_128)
    let read = 0
    let moves = 0
    for (let life = 0; read < 1_000_000; life += 1) {
      const { regions, looks } = makeLife(random, 40)
      read += looks.length
      const stand = makeStand(regions.join(' '))
      const expected = readSlowly(
        looks.map(({ outcome, ...look }) => ({ ...look, verdict: outcome.verdict })),
        regions,
        stand.scheduleFromMs,
      )
      const { history } = follow(stand, cut(looks, random))
      moves += history.length
      if (JSON.stringify(history) !== JSON.stringify(expected))
        expect({ life, history }).toEqual({ life, history: expected })
    }
    // It is no proof where nothing happens.
    expect(moves).toBeGreaterThan(100_000)
  }, 120_000)

  test('looks that come late or again change nothing of what stands', () => {
    const random = randomFrom(7)
    for (let life = 0; life < 2_000; life += 1) {
      const { regions, looks } = makeLife(random, 40)
      const { stand } = follow(makeStand(regions.join(' ')), [looks])
      const lastOf = new Map(looks.map((look) => [look.region, look.scheduledAtMs]))
      // The views know the check that last changed them; what is older than the newest look the writer leaves out by the ticks.
      const late = looks.filter((look) => {
        const view = stand.views.find(({ region }) => region === look.region)
        return view && look.scheduledAtMs <= view.scheduledAtMs && look.scheduledAtMs <= (lastOf.get(look.region) ?? 0)
      })
      expect(follow(stand, [late.toReversed()]).history).toEqual([])
    }
  })
})
