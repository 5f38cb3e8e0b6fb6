'use client'
import { t } from '@repo/ui/words'
import type { Compared } from './use-compared.ts'

/** What else the chart can lay beside each other. */
export function LatencyOptions({ compared, hasRegions }: { compared: Compared; hasRegions: boolean }) {
  const { byRegion, setByRegion, isCompared, setIsCompared } = compared
  return (
    <div className="flex flex-wrap gap-x-4">
      {hasRegions && <Switch text={t('By region')} isOn={byRegion} onChange={setByRegion} />}
      {!byRegion && <Switch text={t('Compare with before')} isOn={isCompared} onChange={setIsCompared} />}
    </div>
  )
}

function Switch({ text, isOn, onChange }: { text: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <label className="inline-flex min-h-6 cursor-pointer items-center gap-1.5 text-12 text-muted hover:text-fg pointer-coarse:min-h-11">
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => onChange(event.currentTarget.checked)}
        className="size-3.5 accent-fg"
      />
      {text}
    </label>
  )
}
