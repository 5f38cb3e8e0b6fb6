import type { ReactNode } from 'react'

/** Things of one kind, one under the other; at any width each is read from top to bottom. */
export function ItemList({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className="-mx-4 -mb-3 md:-mx-5">
      {children}
    </ul>
  )
}

interface ItemProps {
  title: ReactNode
  /** What is said beside the title, in a word or two. */
  tags?: ReactNode
  note?: ReactNode
  children?: ReactNode
}

/** One of them; what can be done with it stands at its end. */
export function Item({ title, tags, note, children }: ItemProps) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-line border-t px-4 py-3 md:px-5">
      <div className="min-w-0 grow basis-56">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium [overflow-wrap:anywhere]">{title}</span>
          {tags}
        </p>
        {note && <div className="mt-0.5 text-13 text-muted [overflow-wrap:anywhere]">{note}</div>}
      </div>
      {children && <div className="flex flex-wrap gap-2">{children}</div>}
    </li>
  )
}

export function Tag({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex h-5 items-center rounded-full border border-line bg-bg px-2 text-12 text-muted">
      {children}
    </span>
  )
}
