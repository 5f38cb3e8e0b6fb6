import { describe, expect, test } from 'bun:test'
import { fuzzReader } from '../farm/fuzz.ts'

const RESPONSES = Number(process.env.FUZZ_RESPONSES ?? 1_000_000)

describe('the reader of responses', () => {
  test(`takes ${RESPONSES} mutated responses, split anywhere, without a throw, a hang or a leak`, async () => {
    const { read, unfinished, grownMegabytes } = fuzzReader({ responses: RESPONSES, seed: 20_261_124 })
    expect(read).toBe(RESPONSES)
    expect(unfinished).toEqual([])
    expect(grownMegabytes).toBeLessThan(64)
  }, 170_000)
})
