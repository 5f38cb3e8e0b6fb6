import { latencyText } from './duration.ts'

export interface Phase {
  readonly name: string
  readonly ms: number | null
}

/** Where the time of one check went: a bar of its phases in order, and the same as a list. */
export function PhaseBar({ phases }: { phases: readonly Phase[] }) {
  const totalMs = phases.reduce((sum, { ms }) => sum + (ms ?? 0), 0)
  return (
    <div>
      <div aria-hidden="true" className="flex h-3.5 gap-px overflow-hidden rounded-[2px]">
        {phases.map(({ name, ms }, index) =>
          ms ? (
            <span
              key={name}
              style={{ flexGrow: ms / totalMs, background: `var(--series-${index + 1})` }}
              className="min-w-0.5"
            />
          ) : null,
        )}
      </div>
      <dl className="mt-3">
        {phases.map(({ name, ms }, index) => (
          <div key={name} className="flex items-center gap-2 border-line border-t py-2 first:border-t-0">
            <span
              aria-hidden="true"
              className="size-2.5 rounded-[2px]"
              style={{ background: `var(--series-${index + 1})` }}
            />
            <dt className="grow">{name}</dt>
            <dd className="num">{latencyText(ms)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
