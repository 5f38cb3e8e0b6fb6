import { describe, expect, test } from 'bun:test'
import { parseRegion } from '../src/region.ts'
import { judgeRegions, type QuarantinedRegion, type RegionTally, regionHealthLimits } from '../src/region-health.ts'

const region = parseRegion('a')
const tally = (alone: number, compared = 20, targets = alone): RegionTally => ({ region, compared, alone, targets })
const held = (soundSinceMs: number | null): QuarantinedRegion => ({ region, soundSinceMs })
const nowMs = 1_000_000

describe('a region loses its vote', () => {
  const cases: [string, RegionTally, boolean][] = [
    ['when it alone fails many unrelated targets', tally(10), true],
    ['not when it alone fails a few', tally(4), false],
    ['not when all that it alone fails is one target', tally(20, 20, 1), false],
    ['not when what it alone fails is a small part', tally(10, 100), false],
    ['not when nothing can be compared', tally(0, 0), false],
  ]
  test.each(cases)('%s', (_sentence, one, loses) => {
    expect(judgeRegions([one], [], nowMs).quarantine).toEqual(loses ? [region] : [])
  })
})

describe('a region without a vote', () => {
  test('stays so while it fails', () => {
    expect(judgeRegions([tally(10)], [held(nowMs - 99)], nowMs)).toEqual({
      quarantine: [],
      release: [],
      kept: [held(null)],
    })
  })
  test('is watched from the moment it fails no more than others', () => {
    expect(judgeRegions([tally(0)], [held(null)], nowMs).kept).toEqual([held(nowMs)])
  })
  test('has it back when it was sound for long enough', () => {
    const since = nowMs - regionHealthLimits.soundMs
    expect(judgeRegions([tally(1)], [held(since + 1)], nowMs).release).toEqual([])
    expect(judgeRegions([tally(1)], [held(since)], nowMs)).toEqual({ quarantine: [], release: [region], kept: [] })
  })
  test('has it back where nothing speaks against it any more', () => {
    expect(judgeRegions([], [held(nowMs - regionHealthLimits.soundMs)], nowMs).release).toEqual([region])
  })
})
