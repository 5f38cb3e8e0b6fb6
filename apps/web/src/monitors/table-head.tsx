import { msg, t } from '@repo/ui/words'
import type { ReactNode } from 'react'
import { fromWidth, rowGrid } from './columns.ts'

interface Column {
  readonly name: string
  readonly className?: string
  /** By what the API orders where it is pressed, and where it is pressed once more. */
  readonly sorts?: readonly [first: string, second?: string]
}

const columns: readonly Column[] = [
  { name: msg('State'), sorts: [''] },
  { name: msg('Monitor'), sorts: ['name', '-name'] },
  { name: msg('Last checks') },
  { name: msg('24 h uptime'), className: 'text-right', sorts: ['uptime24h', '-uptime24h'] },
  { name: msg('30 d uptime'), className: `text-right ${fromWidth.xl}`, sorts: ['uptime30d', '-uptime30d'] },
  { name: msg('p95'), className: `text-right ${fromWidth.lg}`, sorts: ['-p95', 'p95'] },
  { name: msg('Response'), className: `text-right ${fromWidth['2xl']}` },
  { name: msg('Every'), className: `text-right ${fromWidth['2xl']}` },
  { name: msg('Regions'), className: `text-right ${fromWidth['2xl']}` },
  { name: msg('Checked'), className: `text-right ${fromWidth.xl}` },
]

interface TableHeadProps {
  /** Before the name of the first column stands, where monitors can be selected, what selects them all. */
  selectAll?: ReactNode
  sort?: string
  /** Left out where there is nothing to be put in order. */
  onSort?: (sort: string) => void
}

export function TableHead({ selectAll, sort = '', onSort }: TableHeadProps) {
  return (
    <thead className="block max-md:sr-only">
      <tr className={`${rowGrid} h-9 pointer-coarse:h-11 text-12 text-muted`}>
        {columns.map(({ name, className = 'text-left', sorts }, index) => {
          const isSorted = onSort !== undefined && sorts?.includes(sort)
          const text =
            onSort && sorts ? (
              <SortButton name={t(name)} sort={isSorted ? sort : undefined} onPress={() => onSort(next(sorts, sort))} />
            ) : (
              t(name)
            )
          return (
            <th
              key={name}
              scope="col"
              aria-sort={isSorted ? ariaSort(sort) : undefined}
              className={`font-normal whitespace-nowrap ${className}`}
            >
              {index === 0 ? (
                <span className="flex items-center gap-2">
                  {selectAll}
                  {text}
                </span>
              ) : (
                text
              )}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}

/** The other one of the column; that of the states has one alone. */
function next([first, second = '']: readonly [string, string?], sort: string): string {
  return sort === first ? second : first
}

function ariaSort(sort: string): 'ascending' | 'descending' | 'other' {
  if (sort === '') return 'other'
  return sort.startsWith('-') ? 'descending' : 'ascending'
}

interface SortButtonProps {
  name: string
  /** Where the list stands by this column: how. */
  sort: string | undefined
  onPress: () => void
}

/** On a phone the head is for those who hear it: its order is chosen by a control that can be seen. */
function SortButton({ name, sort, onPress }: SortButtonProps) {
  return (
    <>
      <button
        type="button"
        onClick={onPress}
        className={`relative h-7 pointer-coarse:h-11 hover:text-fg max-md:hidden ${sort === undefined ? '' : 'font-medium text-fg'}`}
      >
        {name}
        {sort !== undefined && (
          <span aria-hidden="true" className="absolute -right-3">
            {sort === '' || sort.startsWith('-') ? '↓' : '↑'}
          </span>
        )}
      </button>
      <span className="md:hidden">{name}</span>
    </>
  )
}
