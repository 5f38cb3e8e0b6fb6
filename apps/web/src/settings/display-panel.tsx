'use client'
import { Panel } from '@repo/ui/panel'
import { RadioGroup } from '@repo/ui/radio-group'
import { languages, msg, t } from '@repo/ui/words'
import type { ReactNode } from 'react'
import { useObservable } from '../observable.ts'
import { chooseLanguage, type LanguageChoice, languageChoice } from '../shell/language.tsx'
import { shortcutsOff, switchShortcuts } from '../shell/shortcuts.ts'
import { chooseTheme, type ThemeChoice, useThemeChoice } from '../shell/theme.ts'

const themeOptions: { value: ThemeChoice; text: string }[] = [
  { value: 'system', text: msg('System') },
  { value: 'light', text: msg('Light') },
  { value: 'dark', text: msg('Dark') },
]

const languageOptions: { value: LanguageChoice; text: string }[] = [
  { value: 'system', text: msg('System') },
  ...Object.entries(languages).map(([value, text]) => ({ value: value as LanguageChoice, text })),
]

/** What this browser keeps for itself. */
export function DisplayPanel() {
  const theme = useThemeChoice()
  const off = useObservable(shortcutsOff)
  return (
    <Panel title={t('This browser')}>
      <Setting name={t('Theme')} note={t('System follows the device.')}>
        <RadioGroup legend={t('Theme')} value={theme} options={said(themeOptions)} onChange={chooseTheme} />
      </Setting>
      <Setting name={t('Language')} note={t('Of the screens. Messages to people are English.')}>
        <RadioGroup
          legend={t('Language')}
          value={languageChoice()}
          options={said(languageOptions)}
          onChange={chooseLanguage}
        />
      </Setting>
      <Setting name={t('Keyboard shortcuts')} note={t('Single keys such as / and c. Press ? for the list.')}>
        <label className="flex min-h-6 cursor-pointer items-center gap-2 pointer-coarse:min-h-11">
          <input
            type="checkbox"
            checked={!off}
            onChange={(event) => switchShortcuts(event.currentTarget.checked)}
            className="size-4 accent-fg"
          />
          {t('Switched on')}
        </label>
      </Setting>
    </Panel>
  )
}

function said<Option extends { text: string }>(options: readonly Option[]): Option[] {
  return options.map((option) => ({ ...option, text: t(option.text) }))
}

function Setting({ name, note, children }: { name: string; note: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-2 border-line border-t py-3 first-of-type:border-t-0 first-of-type:pt-0 last-of-type:pb-0">
      <div>
        <p className="text-13 font-medium">{name}</p>
        <p className="text-12 text-muted">{note}</p>
      </div>
      {children}
    </div>
  )
}
