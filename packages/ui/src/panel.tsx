import type { ReactNode } from 'react'

interface PanelProps {
  title: string
  note?: ReactNode
  action?: ReactNode
  children: ReactNode
  className?: string
}

export function Panel({ title, note, action, children, className = '' }: PanelProps) {
  return (
    <section
      aria-label={title}
      className={`min-w-0 rounded-card border border-line bg-surface p-4 md:px-5 ${className}`}
    >
      <header className="mb-3 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="flex min-w-0 grow basis-56 flex-wrap items-baseline gap-x-2.5">
          <h2 className="text-14 font-bold">{title}</h2>
          {note && <p className="text-12 text-muted">{note}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  )
}

/** A figure among others in a grid: what it is, its value in mono, and its context. Nothing is cut, and the values of a row stand on one line. */
export function Tile({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="row-span-3 grid min-w-0 grid-rows-subgrid content-start gap-0 bg-surface px-4 py-3.5 md:px-5">
      <dt className="text-12 text-muted">{label}</dt>
      <dd className="num mt-1 text-20 tracking-[-0.02em] wrap-break-word md:max-lg:text-28 xl:text-28">{value}</dd>
      {note !== undefined && <dd className="mt-0.5 min-h-4 text-12 text-muted wrap-break-word">{note}</dd>}
    </div>
  )
}
