import type { ReactNode } from 'react'
import { ScrollRegion } from './scroll-region.tsx'

interface DataTableProps {
  label: string
  columns: readonly string[]
  /** Those that are left out where the screen is narrow; their cells say so too, by `max-md:hidden`. */
  wideOnly?: readonly string[]
  children: ReactNode
}

/** A table within a panel, that scrolls by itself where the screen is narrow. */
export function DataTable({ label, columns, wideOnly = [], children }: DataTableProps) {
  return (
    <ScrollRegion label={label} className="-mx-4 -mb-2 md:-mx-5">
      <table className="w-full text-13">
        <thead className="text-12 text-muted">
          <tr className={`*:font-normal ${cells}`}>
            {columns.map((name) => (
              <th key={name} scope="col" className={wideOnly.includes(name) ? 'max-md:hidden' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </ScrollRegion>
  )
}

const cells = '*:px-2 *:py-2 *:text-left *:whitespace-nowrap *:first:pl-4 *:last:pr-4 md:*:first:pl-5 md:*:last:pr-5'

export function DataRow({ children }: { children: ReactNode }) {
  return <tr className={`border-line border-t *:align-top hover:bg-hover ${cells}`}>{children}</tr>
}
