'use client'
import { Button } from '@repo/ui/button'
import { Segmented } from '@repo/ui/segmented'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { signOutAndLeave } from '../api/leave.ts'
import { sessionQuery } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { useObservable } from '../observable.ts'
import { notify } from './notices.tsx'
import { usePageName } from './page-name.ts'
import { shortcutsOff, switchShortcuts } from './shortcuts.ts'
import { chooseTheme, type ThemeChoice, useThemeChoice } from './theme.ts'

const themeOptions: { value: ThemeChoice; text: string }[] = [
  { value: 'system', text: 'System' },
  { value: 'light', text: 'Light' },
  { value: 'dark', text: 'Dark' },
]

export function SettingsScreen() {
  const { data: session } = useQuery(sessionQuery)
  usePageName('Settings')
  const theme = useThemeChoice()
  const off = useObservable(shortcutsOff)
  const leave = useMutation({
    mutationFn: signOutAndLeave,
    onError: (error) => notify(`Not signed out. ${failureText(error)}`, { failed: true }),
  })
  return (
    <>
      <h1 className="mb-5 text-28 font-bold tracking-[-0.02em]">Settings</h1>
      <div className="max-w-160 border-line border-t">
        <Setting name="Account" note={session ? `Workspace ${session.workspace.name}` : undefined}>
          <span>
            Signed in as <span className="num">{session?.user.username ?? '…'}</span>
          </span>
          <Button onClick={() => leave.mutate()} disabled={leave.isPending || leave.isSuccess}>
            Sign out
          </Button>
        </Setting>
        <Setting name="Theme" note="System follows the device.">
          <Segmented label="Theme" value={theme} options={themeOptions} onChange={chooseTheme} />
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
      </div>
    </>
  )
}

function Setting({ name, note, children }: { name: string; note?: string | undefined; children: ReactNode }) {
  return (
    <section
      aria-label={name}
      className="flex flex-wrap items-center justify-between gap-x-8 gap-y-3 border-line border-b py-4"
    >
      <div>
        <h2 className="font-medium">{name}</h2>
        {note && <p className="text-13 text-muted">{note}</p>}
      </div>
      <div className="flex flex-wrap items-center gap-4">{children}</div>
    </section>
  )
}
