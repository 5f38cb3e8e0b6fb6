import { t } from '@repo/ui/words'

export function MonitorSkeleton() {
  return (
    <div>
      <p className="sr-only">{t('The monitor is being read.')}</p>
      <div aria-hidden="true">
        <div className="h-27 pt-7 max-md:h-56">
          <div className="skeleton h-7 w-52" />
          <div className="skeleton mt-3 h-4 w-72 max-w-full" />
          <div className="skeleton mt-3 h-3 w-96 max-w-full" />
        </div>
        <div className="mt-5 h-[102px] rounded-card border border-line bg-surface max-lg:h-[194px]" />
        <div className="mt-4 grid gap-4 lg:grid-cols-[minmax(0,1fr)_340px]">
          <div className="h-105 rounded-card border border-line bg-surface" />
          <div className="h-105 rounded-card border border-line bg-surface max-lg:hidden" />
        </div>
      </div>
    </div>
  )
}
