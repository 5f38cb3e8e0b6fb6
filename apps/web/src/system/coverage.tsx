import { systemLimits } from '@repo/domain/system-health'
import { StatusGlyph } from '@repo/ui/status'
import { t } from '@repo/ui/words'
import { percentText } from './system-words.ts'

/** The share of slots that have a result; red, and by its shape too, where it is lower than what we hold ourselves to. */
export function Coverage({ percent }: { percent: number | null }) {
  if (percent === null || percent >= 100 * systemLimits.coverageRatio) return percentText(percent)
  return (
    // The figure stands on the line of those beside it, and the shape in its middle.
    <span className="inline-flex items-baseline gap-1.5 text-down-fg">
      <StatusGlyph status="down" />
      {percentText(percent)}
      <span className="sr-only"> {t('too low')}</span>
    </span>
  )
}
