import type { ReactNode } from 'react'
import { rowGrid } from './columns.ts'

const columns = [
  { name: 'State', className: '' },
  { name: 'Monitor', className: '' },
  { name: 'Last checks', className: '' },
  { name: 'Response', className: 'text-right' },
  { name: 'Every', className: 'text-right max-xl:hidden' },
  { name: 'Checked', className: 'text-right max-lg:hidden' },
]

/** Before the name of the first column stands, where monitors can be selected, what selects them all. */
export function TableHead({ selectAll }: { selectAll?: ReactNode }) {
  return (
    <thead className="block max-md:sr-only">
      <tr className={`${rowGrid} h-9 text-12 text-muted`}>
        {columns.map(({ name, className }, index) => (
          <th key={name} scope="col" className={`text-left font-normal ${className}`}>
            {index === 0 ? (
              <span className="flex items-center gap-2">
                {selectAll}
                {name}
              </span>
            ) : (
              name
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}
