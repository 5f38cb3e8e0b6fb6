'use client'
import { RadioGroup } from '@repo/ui/radio-group'
import { msg, t } from '@repo/ui/words'
import { useSearchParam } from '../navigation.ts'

const tabs = [
  { value: 'page', text: msg('Page') },
  { value: 'incidents', text: msg('Incidents') },
  { value: 'announcements', text: msg('Announcements') },
  { value: 'subscribers', text: msg('Subscribers') },
  { value: 'settings', text: msg('Settings') },
] as const
export type EditorTab = (typeof tabs)[number]['value']

/** Which part of the editor the address asks for. Nothing is left by another one: what is written on the page stays. */
export function useEditorTab() {
  const [text, setText] = useSearchParam('tab')
  const tab: EditorTab = tabs.find(({ value }) => value === text)?.value ?? 'page'
  return { tab, setTab: (next: EditorTab) => setText(next === 'page' ? '' : next) }
}

export function EditorTabs({ tab, onTab }: { tab: EditorTab; onTab: (tab: EditorTab) => void }) {
  return (
    <RadioGroup
      legend={t('Part of the status page')}
      value={tab}
      options={tabs.map(({ value, text }) => ({ value, text: t(text) }))}
      onChange={onTab}
      look="tabs"
      className="mb-5"
    />
  )
}
