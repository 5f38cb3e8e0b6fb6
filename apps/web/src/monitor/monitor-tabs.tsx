'use client'
import { msg, t } from '@repo/ui/words'
import { followLink, useSearchParam } from '../navigation.ts'

const tabs = [
  { value: 'overview', text: msg('Overview') },
  { value: 'checks', text: msg('Checks') },
  { value: 'incidents', text: msg('Incidents') },
  { value: 'settings', text: msg('Settings') },
] as const
export type MonitorTab = (typeof tabs)[number]['value']

/** Which part of the screen the address asks for. */
export function useMonitorTab(): MonitorTab {
  const [text] = useSearchParam('tab')
  return tabs.find(({ value }) => value === text)?.value ?? 'overview'
}

/** Links, for each part has an address: Back goes to the one before, and the stretch of time is kept. */
export function MonitorTabs({ current }: { current: MonitorTab }) {
  return (
    <nav aria-label={t('Parts of the monitor')} className="mt-5 border-line border-b">
      <ul className="-mb-px flex gap-5">
        {tabs.map(({ value, text }) => (
          <li key={value}>
            <a
              href={tabHref(value)}
              onClick={followLink}
              aria-current={value === current ? 'page' : undefined}
              className="flex h-9 items-center border-transparent border-b-2 font-medium text-muted hover:text-fg aria-[current=page]:border-fg aria-[current=page]:text-fg pointer-coarse:h-11"
            >
              {t(text)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** The address as it is, with another part: a check or a region that is looked at is left. */
export function tabHref(tab: MonitorTab): string {
  const params = new URLSearchParams(location.search)
  for (const name of ['tab', 'check', 'region']) params.delete(name)
  if (tab !== 'overview') params.set('tab', tab)
  const text = params.toString()
  return location.pathname + (text === '' ? '' : `?${text}`)
}
