import { t } from '@repo/ui/words'
export function IncidentSkeleton() {
  return (
    <div>
      <p className="sr-only">{t('The incident is being read.')}</p>
      <div aria-hidden="true">
        <div className="h-27 pt-7 max-md:h-40">
          <div className="skeleton h-7 w-96 max-w-full" />
          <div className="skeleton mt-3 h-4 w-72 max-w-full" />
        </div>
        <div className="mt-12 grid gap-4 lg:grid-cols-[minmax(0,1fr)_340px]">
          <div className="h-105 rounded-card border border-line bg-surface" />
          <div className="h-60 rounded-card border border-line bg-surface max-lg:hidden" />
        </div>
      </div>
    </div>
  )
}
