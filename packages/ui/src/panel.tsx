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

/** A figure among others: what it is, its value in mono, and one line of context. */
export function Tile({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="min-w-0 bg-surface px-4 py-3.5 md:px-5">
      <dt className="text-12 text-muted">{label}</dt>
      <dd className="num mt-1 truncate text-20 tracking-[-0.02em] md:text-28">{value}</dd>
      {note !== undefined && <dd className="mt-0.5 min-h-4 truncate text-12 text-muted">{note}</dd>}
    </div>
  )
}
