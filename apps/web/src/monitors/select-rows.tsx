'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { t } from '@repo/ui/words'
import { useCallback, useLayoutEffect, useRef } from 'react'
import { BULK_LIMIT } from './bulk-queries.ts'
import { type Selection, withStep } from './use-selection.ts'

/** Selects a row, or all since the last one; the same function however often the list is drawn, for the rows' sake. */
export function useSelect(rows: readonly Monitor[], selection: Selection): (id: string, extend: boolean) => void {
  const anchor = useRef<string>(undefined)
  const latest = useRef({ rows, selection })
  // Before anybody can press again: a second row is added to the first, and from there.
  useLayoutEffect(() => {
    latest.current = { rows, selection }
  })
  return useCallback((id, extend) => {
    const current = latest.current
    const ids = current.rows.map((monitor) => monitor.id)
    current.selection.set(withStep(current.selection.ids, ids, { id, anchor: anchor.current, extend }))
    anchor.current = id
  }, [])
}

export function SelectShown({ rows, selection: { ids, set } }: { rows: readonly Monitor[]; selection: Selection }) {
  const isAll = rows.length > 0 && rows.every(({ id }) => ids.has(id))
  return (
    <label className="hit-area -my-1 -mr-1 -ml-1.5 pointer-coarse:mr-1.5 grid size-6 min-h-0 cursor-pointer place-items-center">
      <input
        type="checkbox"
        aria-label={t('Select all shown')}
        checked={isAll}
        ref={(box) => {
          if (box) box.indeterminate = ids.size > 0 && !isAll
        }}
        onChange={() => set(ids.size > 0 ? [] : rows.slice(0, BULK_LIMIT).map(({ id }) => id))}
        className="size-4 cursor-pointer accent-fg"
      />
    </label>
  )
}
