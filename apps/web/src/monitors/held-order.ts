'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { useMemo, useRef, useState } from 'react'
import { statusRank } from './monitor-order.ts'

interface HeldOrder {
  readonly rows: readonly Monitor[]
  /** How many monitors would move if the order were applied now. */
  readonly waiting: number
  apply(): void
}

interface HeldOrderInput {
  /** All monitors at hand, those outside of the filter too: a held row stays although it has left the filter. */
  loaded: readonly Monitor[]
  /** What the filter lets through, in its right order. */
  wanted: readonly Monitor[]
  hold: boolean
  /** Whether a monitor has its place by its status. */
  isRanked: boolean
  /** Whether new rows come above those that are held: the list is read from its end. */
  isFromEnd?: boolean
  key: string
}

interface Held {
  readonly key: string
  readonly ids: readonly string[]
  readonly ranks: ReadonlyMap<string, number>
}

/**
 * Rows never jump under a pointer or away from the focus: while `hold` is true the order stays as it was, contents
 * change in place, and new rows come where they are read. Another filter (`key`) is the person's own wish and applies at once.
 */
export function useHeldOrder({ loaded, wanted, hold, isRanked, isFromEnd = false, key }: HeldOrderInput): HeldOrder {
  const held = useRef<Held>({ key, ids: [], ranks: new Map() })
  const [version, setVersion] = useState(0)
  const applied = useRef(version)
  return useMemo(() => {
    const free = !hold || held.current.key !== key || applied.current !== version || held.current.ids.length === 0
    applied.current = version
    const rows = free ? wanted : inHeldOrder({ loaded, wanted, ids: held.current.ids, isFromEnd })
    const waiting = free || !isRanked ? 0 : countMoves(rows, held.current.ranks)
    const ranks = free
      ? new Map(rows.map(({ id, status }) => [id, statusRank(status)]))
      : withNew(held.current.ranks, rows)
    held.current = { key, ids: rows.map(({ id }) => id), ranks }
    return { rows, waiting, apply: () => setVersion((current) => current + 1) }
  }, [loaded, wanted, hold, isRanked, isFromEnd, key, version])
}

interface HeldIds extends Pick<HeldOrderInput, 'loaded' | 'wanted' | 'isFromEnd'> {
  ids: readonly string[]
}

export function inHeldOrder({ loaded, wanted, ids, isFromEnd }: HeldIds): Monitor[] {
  const byId = new Map(loaded.map((monitor) => [monitor.id, monitor]))
  const kept = ids.flatMap((id) => byId.get(id) ?? [])
  const known = new Set(ids)
  const added = wanted.filter(({ id }) => !known.has(id))
  return isFromEnd ? [...added, ...kept] : [...kept, ...added]
}

function countMoves(rows: readonly Monitor[], ranks: ReadonlyMap<string, number>): number {
  return rows.filter(({ id, status }) => ranks.has(id) && ranks.get(id) !== statusRank(status)).length
}

function withNew(ranks: ReadonlyMap<string, number>, rows: readonly Monitor[]): ReadonlyMap<string, number> {
  const added = rows.filter(({ id }) => !ranks.has(id))
  if (added.length === 0) return ranks
  return new Map([...ranks, ...added.map(({ id, status }) => [id, statusRank(status)] as const)])
}
