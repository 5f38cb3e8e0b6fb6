import { rowGrid } from './columns.ts'
import { TableHead } from './table-head.tsx'

const widths = ['w-40', 'w-28', 'w-52', 'w-36', 'w-44', 'w-32', 'w-48', 'w-40']

/** The final geometry of the list, so that nothing moves when the rows come. */
export function ListSkeleton() {
  return (
    <div className="rounded-card border border-line bg-surface">
      <p className="sr-only">The monitors are being read.</p>
      <div aria-hidden="true">
        <TableHead />
        {widths.map((width) => (
          <div key={width + widths.indexOf(width)} className={`${rowGrid} h-23 border-line border-t md:h-13`}>
            <span className="skeleton h-3.5 w-16" />
            <span className={`skeleton h-3.5 max-md:order-first ${width}`} />
            <span className="skeleton h-2 w-51 max-md:hidden" />
            <span className="skeleton h-3.5 w-14 justify-self-end max-md:hidden" />
            <span className="skeleton h-3.5 w-10 justify-self-end max-lg:hidden" />
            <span className="skeleton h-3.5 w-14 justify-self-end max-lg:hidden" />
          </div>
        ))}
      </div>
    </div>
  )
}
