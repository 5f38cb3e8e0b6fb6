import { t } from '@repo/ui/words'
import { rowGrid } from './columns.ts'
import { TableHead } from './incident-table.tsx'

const widths = ['w-40', 'w-28', 'w-52', 'w-36', 'w-44', 'w-32']

/** The final geometry of the list, so that nothing moves when the rows come. */
export function ListSkeleton() {
  return (
    <div className="rounded-card border border-line bg-surface">
      <p className="sr-only">{t('The incidents are being read.')}</p>
      <table aria-hidden="true" className="block">
        <TableHead />
      </table>
      <div aria-hidden="true">
        {widths.map((width) => (
          <div key={width} className={`${rowGrid} h-21 border-line border-t md:h-13`}>
            <span className="skeleton h-3.5 w-20" />
            <span className={`skeleton h-3.5 max-md:col-span-2 ${width}`} />
            <span className="skeleton h-3.5 w-16 justify-self-end" />
            <span className="skeleton h-3.5 w-14 justify-self-end" />
            <span className="skeleton h-3.5 w-20 justify-self-end max-md:hidden" />
          </div>
        ))}
      </div>
    </div>
  )
}
