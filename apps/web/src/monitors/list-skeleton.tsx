import { t } from '@repo/ui/words'
import { rowGrid } from './columns.ts'
import { TableHead } from './table-head.tsx'

const widths = ['w-40', 'w-28', 'w-52', 'w-36', 'w-44', 'w-32', 'w-48', 'w-38']

/** The final geometry of the list, so that nothing moves when the rows come. */
export function ListSkeleton() {
  return (
    <div className="rounded-card border border-line bg-surface">
      <p className="sr-only">{t('The monitors are being read.')}</p>
      <table aria-hidden="true" className="block">
        <TableHead />
      </table>
      <div aria-hidden="true">
        {widths.map((width) => (
          <div key={width} className={`${rowGrid} h-23 border-line border-t md:h-13`}>
            <span className="skeleton h-3.5 w-16 max-md:hidden" />
            <span className={`skeleton h-3.5 max-md:col-span-2 ${width}`} />
            <span className="skeleton h-2 w-full" />
            <span className="skeleton h-3.5 w-14 justify-self-end" />
            <span className="skeleton h-3.5 w-14 justify-self-end max-xl:hidden" />
            <span className="skeleton h-3.5 w-11 justify-self-end max-lg:hidden" />
            <span className="skeleton h-3.5 w-11 justify-self-end max-2xl:hidden" />
            <span className="skeleton h-3.5 w-10 justify-self-end max-2xl:hidden" />
            <span className="skeleton h-3.5 w-5 justify-self-end max-2xl:hidden" />
            <span className="skeleton h-3.5 w-14 justify-self-end max-xl:hidden" />
          </div>
        ))}
      </div>
    </div>
  )
}
