import { describe, expect, test } from 'bun:test'
import { parseWorkspaceId } from '@repo/domain/ids'
import { LiveChannels } from '../src/live-channels.ts'
import { LiveRing } from '../src/live-ring.ts'

const limits = { ringMs: 300_000, ringBytes: 10_000, ringsBytes: 1_000_000 }
const changed = (monitorId: string) => ({ type: 'monitor.changed', monitorId }) as const

/** A ring with that many frames, a second apart, and the ids before and after each. */
function ringOf(count: number, ring = new LiveRing(limits)) {
  const ids = [ring.lastId]
  const texts: string[] = []
  for (let number = 1; number <= count; number += 1) {
    texts.push(ring.push(changed(`${number}`), number * 1_000))
    ids.push(ring.lastId)
  }
  return { ring, ids, texts, idAt: (index: number) => ids.at(index) ?? '' }
}

describe('a ring', () => {
  test('gives each frame an id of its own, with growing numbers', () => {
    const { ids, texts } = ringOf(12)
    expect(texts.map((text) => JSON.parse(text).id)).toEqual(ids.slice(1))
    const parts = ids.map((id) => id.split('-'))
    expect(new Set(parts.map(([epoch]) => epoch)).size).toBe(1)
    expect(parts.map(([, number]) => Number(number))).toEqual(Array.from({ length: 13 }, (_, index) => index))
  })

  test('holds all that came after an id', () => {
    const { ring, idAt, texts } = ringOf(5)
    expect(ring.since(idAt(0), 5_000)).toEqual(texts)
    expect(ring.since(idAt(3), 5_000)).toEqual(texts.slice(3))
    expect(ring.since(idAt(5), 5_000)).toEqual([])
  })

  test('holds nothing for longer than it should, and says so', () => {
    const { ring, idAt, texts } = ringOf(5)
    // The second frame has just gone.
    expect(ring.since(idAt(1), 302_000)).toBeUndefined()
    expect(ring.since(idAt(2), 302_000)).toEqual(texts.slice(2))
    // To somebody who has seen the last nothing is missing, however long ago that was.
    expect(ring.since(idAt(5), 9_000_000)).toEqual([])
  })

  test('holds no more bytes than it should: the oldest go first', () => {
    const { ring, idAt, texts } = ringOf(1_000)
    expect(ring.bytes).toBeLessThanOrEqual(limits.ringBytes)
    expect(ring.bytes).toBeGreaterThan(limits.ringBytes - 100)
    expect(ring.since(idAt(0), 1_000_000)).toBeUndefined()
    expect(ring.since(idAt(-5), 1_000_000)).toEqual(texts.slice(-4))
  })

  test('counts bytes, not characters', () => {
    const ring = new LiveRing({ ...limits, ringBytes: 400 })
    ring.push(changed('😀'.repeat(100)), 0)
    expect(ring.bytes).toBe(0)
  })

  const [epoch] = new LiveRing(limits).lastId.split('-')
  test.each([
    ['of another ring', () => `${epoch}-0`],
    ['that is yet to come', (ring: LiveRing) => ring.lastId.replace(/\d+$/, '99')],
    ['that is none', () => "'; drop table users"],
    ['that is empty', () => ''],
    ['with a number before the first', (ring: LiveRing) => ring.lastId.replace(/-\d+$/, '--1')],
  ])('does not know an id %s', (_which, idOf) => {
    const { ring } = ringOf(3)
    expect(ring.since(idOf(ring), 3_000)).toBeUndefined()
  })
})

describe('the channels', () => {
  const [first, second] = [crypto.randomUUID(), crypto.randomUUID()].map(parseWorkspaceId)
  if (!first || !second) throw new Error('there are two')

  test('hold nothing for a workspace that nobody ever watched', () => {
    const channels = new LiveChannels(limits)
    expect(channels.push(first, changed('a'), 0)).toBeUndefined()
    expect(channels.workspaceIds).toEqual([])
  })

  test('go on for a workspace as long as somebody may come back', () => {
    const channels = new LiveChannels(limits)
    const { ring } = channels.join(first)
    channels.join(first)
    channels.leave(first, 0)
    channels.sweep(10_000_000)
    expect(channels.workspaceIds).toEqual([first])
    channels.leave(first, 10_000_000)
    channels.sweep(10_299_999)
    expect(channels.join(first)).toEqual({ ring, isNew: false })
    channels.leave(first, 10_300_000)
    channels.sweep(10_600_000)
    expect(channels.workspaceIds).toEqual([])
    expect(channels.bytes).toBe(0)
    expect(channels.join(first).isNew).toBe(true)
  })

  test('hold no more bytes together than they should', () => {
    const channels = new LiveChannels({ ...limits, ringsBytes: 12_000 })
    channels.join(first)
    const { ring } = channels.join(second)
    for (let number = 0; number < 200; number += 1) channels.push(first, changed(`${number}`), number)
    for (let number = 0; number < 200; number += 1) channels.push(second, changed(`${number}`), number)
    expect(channels.bytes).toBeLessThanOrEqual(12_000)
    expect(ring.bytes).toBeGreaterThan(1_500)
    expect(ring.bytes).toBeLessThanOrEqual(2_500)
  })

  test('know no earlier id after a restart', () => {
    const channels = new LiveChannels(limits)
    const before = channels.join(first).ring.lastId
    expect(channels.restart()).toEqual([[first, expect.not.stringContaining(before)]])
    expect(channels.join(first).ring.since(before, 0)).toBeUndefined()
    expect(channels.bytes).toBe(0)
  })
})
