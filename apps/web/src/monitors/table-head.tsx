import { msg, t } from '@repo/ui/words'
import type { ReactNode } from 'react'
import { rowGrid } from './columns.ts'

const columns = [
  { name: msg('State'), className: '' },
  { name: msg('Monitor'), className: '' },
  { name: msg('Last checks'), className: '' },
  { name: msg('Response'), className: 'text-right' },
  { name: msg('Every'), className: 'text-right max-xl:hidden' },
  { name: msg('Checked'), className: 'text-right max-lg:hidden' },
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
                {t(name)}
              </span>
            ) : (
              t(name)
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}
