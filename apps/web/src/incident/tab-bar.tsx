'use client'
import { RadioGroup } from '@repo/ui/radio-group'
import { msg, t } from '@repo/ui/words'

export const tabs = [
  { value: 'timeline', text: msg('Timeline') },
  { value: 'evidence', text: msg('Evidence') },
  { value: 'postmortem', text: msg('Post-mortem') },
] as const
export type Tab = (typeof tabs)[number]['value']

export function TabBar({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }) {
  return (
    <RadioGroup
      legend={t('Part of the incident')}
      value={tab}
      options={tabs.map(({ value, text }) => ({ value, text: t(text) }))}
      onChange={onTab}
      look="tabs"
      className="mt-5 mb-4 print:hidden"
    />
  )
}
