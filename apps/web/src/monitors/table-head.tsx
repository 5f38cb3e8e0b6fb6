import { rowGrid } from './columns.ts'

const columns = [
  { name: 'State', className: '' },
  { name: 'Monitor', className: '' },
  { name: 'Last checks', className: '' },
  { name: 'Response', className: 'text-right' },
  { name: 'Every', className: 'text-right max-xl:hidden' },
  { name: 'Checked', className: 'text-right max-lg:hidden' },
]

export function TableHead() {
  return (
    <thead className="block max-md:sr-only">
      <tr className={`${rowGrid} h-9 text-12 text-muted`}>
        {columns.map(({ name, className }) => (
          <th key={name} scope="col" className={`text-left font-normal ${className}`}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  )
}
