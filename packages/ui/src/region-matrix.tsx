'use client'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { useEffect } from 'react'
import { useRoving } from './roving.ts'
import { ScrollRegion } from './scroll-region.tsx'
import { StatusGlyph } from './status.tsx'

interface RegionMatrixProps {
  label: string
  regions: readonly string[]
  /** What tells the columns from each other, oldest first, with its text. */
  slots: readonly { readonly key: string; readonly text: string }[]
  verdictOf: (region: string, slot: string) => OutcomeVerdict | undefined
  /** What a cell says to a screen reader. */
  cellLabel: (region: string, slot: string) => string
  onOpen: (region: string, slot: string) => void
}

/** Regions under each other, their checks side by side: a check that passed is a plain block, and all else a glyph of its own. */
export function RegionMatrix({ label, regions, slots, verdictOf, cellLabel, onOpen }: RegionMatrixProps) {
  const { host, place, onKeyDown, onFocus } = useRoving<HTMLTableSectionElement>(
    regions.length * slots.length,
    slots.length,
  )
  // The newest stand at the end, which has to be in sight where not all are.
  useEffect(() => {
    // Browsers may answer with a promise, which is nothing to clean up.
    void host.current?.closest('section')?.scrollTo({ left: Number.MAX_SAFE_INTEGER })
  }, [host])
  return (
    <ScrollRegion label={label} className="-mx-4 px-4 md:-mx-5 md:px-5">
      <table className="border-separate border-spacing-0">
        <thead>
          <tr>
            <td />
            {slots.map(({ key, text }) => (
              <th key={key} scope="col" className="relative p-0">
                <span className="sr-only">{text}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={host} onKeyDown={onKeyDown} onFocus={onFocus}>
          {regions.map((region, row) => (
            <tr key={region}>
              <th
                scope="row"
                title={region}
                className="num sticky left-0 max-w-28 truncate bg-surface pr-3 text-left text-13 font-normal"
              >
                {region}
              </th>
              {slots.map(({ key }, column) => {
                const verdict = verdictOf(region, key)
                const at = row * slots.length + column
                return (
                  <td key={key} className="p-0">
                    <button
                      type="button"
                      data-place={at}
                      data-verdict={verdict ?? 'none'}
                      tabIndex={at === place ? 0 : -1}
                      aria-label={cellLabel(region, key)}
                      aria-disabled={verdict === undefined || undefined}
                      onClick={() => verdict !== undefined && onOpen(region, key)}
                      className="grid size-6 place-items-center rounded-[3px] hover:bg-hover focus-visible:outline-offset-0"
                    >
                      {verdict === undefined ? (
                        <span className="h-px w-2 bg-control" />
                      ) : verdict === 'up' ? (
                        <span className="h-3.5 w-2 bg-up" />
                      ) : (
                        <StatusGlyph status={verdict} size={14} />
                      )}
                    </button>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}
