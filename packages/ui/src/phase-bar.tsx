import { latencyText } from './duration.ts'
import { Texture } from './texture.tsx'
import { t } from './words.ts'

export interface Phase {
  readonly name: string
  readonly ms: number | null
  /** It was in this one that the check failed: its time is what was waited in vain. */
  readonly hasFailed?: boolean
}

/** Where the time of one check went: a bar of its phases in order, and the same as a list. */
export function PhaseBar({ phases }: { phases: readonly Phase[] }) {
  const totalMs = phases.reduce((sum, { ms }) => sum + (ms ?? 0), 0)
  return (
    <div>
      <div aria-hidden="true" className="flex h-3.5 gap-px overflow-hidden rounded-[2px]">
        {phases.map((phase, index) =>
          phase.ms ? (
            <span key={phase.name} style={{ flexGrow: phase.ms / totalMs }} className="w-0 min-w-0.5">
              <PhaseTexture phase={phase} index={index} />
            </span>
          ) : null,
        )}
      </div>
      <dl className="mt-3">
        {phases.map((phase, index) => (
          <div key={phase.name} className="flex items-center gap-2 border-line border-t py-2 first:border-t-0">
            <span aria-hidden="true" className="size-3 shrink-0 overflow-hidden rounded-[2px]">
              <PhaseTexture phase={phase} index={index} />
            </span>
            <dt className="grow">
              {phase.name}
              {phase.hasFailed && <span className="ml-2 text-12 text-down-fg">{t('failed here')}</span>}
            </dt>
            <dd className="num">{latencyText(phase.ms)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function PhaseTexture({ phase: { hasFailed }, index }: { phase: Phase; index: number }) {
  return hasFailed ? (
    <Texture name="failed" colour="--down" />
  ) : (
    <Texture name={index} colour={`--series-${index + 1}`} />
  )
}
