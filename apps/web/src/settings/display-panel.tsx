'use client'
import { Panel } from '@repo/ui/panel'
import { RadioGroup } from '@repo/ui/radio-group'
import type { ReactNode } from 'react'
import { useObservable } from '../observable.ts'
import { shortcutsOff, switchShortcuts } from '../shell/shortcuts.ts'
import { chooseTheme, type ThemeChoice, useThemeChoice } from '../shell/theme.ts'

const themeOptions: { value: ThemeChoice; text: string }[] = [
  { value: 'system', text: 'System' },
  { value: 'light', text: 'Light' },
  { value: 'dark', text: 'Dark' },
]

/** What this browser keeps for itself. */
export function DisplayPanel() {
  const theme = useThemeChoice()
  const off = useObservable(shortcutsOff)
  return (
    <Panel title="This browser">
      <Setting name="Theme" note="System follows the device.">
        <RadioGroup legend="Theme" value={theme} options={themeOptions} onChange={chooseTheme} />
      </Setting>
      <Setting name="Keyboard shortcuts" note="Single keys such as / and c. Press ? for the list.">
        <label className="flex min-h-6 cursor-pointer items-center gap-2">
          <input
            type="checkbox"
            checked={!off}
            onChange={(event) => switchShortcuts(event.currentTarget.checked)}
            className="size-4 accent-fg"
          />
          Switched on
        </label>
      </Setting>
    </Panel>
  )
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
