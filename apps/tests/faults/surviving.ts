import { describe, expect, test } from 'bun:test'
import { type RunReport, runScenario } from '../src/fault-run.ts'
import { getScenario } from './scenarios.ts'

/** The same choices every time: a test that fails now and then is looked into with other seeds by `bun run faults --seed`. */
const seed = 7
const withinMs = 240_000

/** One test for each of these faults: a distributed instance survives it, and the ledger finds nothing. */
export function survives(ids: readonly string[]): void {
  describe('a distributed instance survives', () => {
    test.each(ids.map((id) => [id, getScenario(id).title] as const))(
      '%s: %s',
      async (id) => {
        expect(findingsIn(await runScenario(getScenario(id), { seed, scale: 1 }))).toEqual([])
      },
      withinMs,
    )
  })
}

/** One test for each of these faults: the ledger notices when the guard against it is gone. */
export function isNoticedWithoutGuard(ids: readonly string[]): void {
  describe('without the guard that is against it, the ledger objects to', () => {
    test.each(ids.map((id) => [id, getScenario(id).title] as const))(
      '%s: %s',
      async (id) => {
        const scenario = getScenario(id)
        const { findings } = await runScenario(scenario, { seed, scale: 1, isTwin: true })
        const invariants = findings.map(({ invariant }) => invariant)
        expect(invariants.some((invariant) => scenario.twin.complaints.includes(invariant))).toBe(true)
      },
      withinMs,
    )
  })
}

function findingsIn({ findings }: RunReport): string[] {
  return findings.map(({ invariant, sentence }) => `${invariant}: ${sentence}`)
}
