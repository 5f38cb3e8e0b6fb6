'use client'
import { RadioGroup } from '@repo/ui/radio-group'

export const tabs = [
  { value: 'timeline', text: 'Timeline' },
  { value: 'evidence', text: 'Evidence' },
  { value: 'postmortem', text: 'Post-mortem' },
] as const
export type Tab = (typeof tabs)[number]['value']

export function TabBar({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }) {
  return (
    <RadioGroup
      legend="Part of the incident"
      value={tab}
      options={tabs}
      onChange={onTab}
      look="tabs"
      className="mt-5 mb-4 print:hidden"
    />
  )
}
