import type { ReactNode } from 'react'

interface SectionProps {
  title: string
  note?: ReactNode
  action?: ReactNode
  className?: string
  children: ReactNode
}

/** A part of the overview: its name on a rule over its whole width, and what is in it. */
export function Section({ title, note, action, className = '', children }: SectionProps) {
  return (
    <section aria-label={title} className={`min-w-0 ${className}`}>
      <header className="flex min-h-8 flex-wrap items-baseline gap-x-2.5 border-line border-b pb-2">
        <h2 className="inline-flex min-h-6 items-center text-14 font-bold">{title}</h2>
        {note && <p className="text-12 text-muted">{note}</p>}
        {action && <div className="ml-auto">{action}</div>}
      </header>
      {children}
    </section>
  )
}

export const quietLink =
  'hit-area inline-flex min-h-6 items-center text-13 text-muted underline-offset-2 hover:text-fg hover:underline'
