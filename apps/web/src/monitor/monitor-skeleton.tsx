export function MonitorSkeleton() {
  return (
    <div>
      <p className="sr-only">The monitor is being read.</p>
      <div aria-hidden="true">
        <div className="skeleton mt-7 h-7 w-52" />
        <div className="skeleton mt-3 h-4 w-72" />
        <div className="skeleton mt-3 h-3 w-96 max-w-full" />
        <div className="mt-6 h-[102px] rounded-card border border-line bg-surface max-lg:h-[200px]" />
        <div className="mt-4 grid gap-4 lg:grid-cols-[minmax(0,1fr)_340px]">
          <div className="h-[382px] rounded-card border border-line bg-surface" />
          <div className="h-[382px] rounded-card border border-line bg-surface max-lg:hidden" />
        </div>
      </div>
    </div>
  )
}
