'use client'
import { Kbd } from '@repo/ui/kbd'
import { Mark } from '@repo/ui/mark'
import { numberText, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { openIncidentsQuery } from '../api/incident-queries.ts'
import { useCounts } from '../api/queries.ts'
import { followLink, type Route } from '../navigation.ts'
import { LiveBadge } from './live-badge.tsx'
import { RailMore } from './rail-more.tsx'
import { WorkspaceSwitcher } from './workspace-switcher.tsx'

interface RailProps {
  screen: Route['screen']
  onHelp: () => void
  onFind: () => void
  /** Somebody is about to. */
  onFindSoon: () => void
}

/** The left rail; below 768 px a bar at the bottom of the screen. */
export function Rail({ screen, onHelp, onFind, onFindSoon }: RailProps) {
  const counts = useCounts({ isListShown: screen === 'monitors' || screen === 'overview' })
  return (
    <div className="print:hidden md:sticky md:top-0 md:flex md:h-dvh md:flex-col md:border-line md:border-r md:px-2 md:py-5 lg:px-3">
      <header className="flex items-center justify-between px-4 pt-4 md:px-2 md:pt-0 md:max-lg:justify-center md:max-lg:px-0">
        <a href="/" onClick={followLink} className="hit-area flex items-center gap-2.5 rounded-control py-1 font-bold">
          <Mark />
          <span className="md:max-lg:sr-only">BetterUptime</span>
        </a>
        <div className="flex min-w-0 items-center gap-3 md:hidden">
          <WorkspaceSwitcher className="max-w-36" />
          <LiveBadge />
        </div>
      </header>
      <WorkspaceSwitcher className="mx-2 mt-4 max-lg:hidden" />
      <nav
        aria-label={t('Main')}
        className="max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:z-20 max-md:border-line max-md:border-t max-md:bg-bg max-md:pb-[env(safe-area-inset-bottom)] md:mt-6"
      >
        <ul className="flex flex-wrap md:grid md:grid-cols-1 md:gap-0.5">
          <RailLink href="/" current={screen === 'overview'} icon={overviewIcon}>
            <span className={word}>{t('Overview')}</span>
          </RailLink>
          <RailLink href="/monitors" current={screen === 'monitors' || screen === 'monitor'} icon={monitorsIcon}>
            <span className={word}>{t('Monitors')}</span>
            {counts && counts.down > 0 && (
              <span className={badge}>
                {numberText(counts.down)}
                <span className="sr-only"> {t('down')}</span>
              </span>
            )}
          </RailLink>
          <RailLink href="/incidents" current={screen === 'incidents' || screen === 'incident'} icon={incidentsIcon}>
            <span className={word}>{t('Incidents')}</span>
            <OpenIncidents />
          </RailLink>
          <RailLink
            href="/status-pages"
            current={screen === 'status-pages' || screen === 'status-page'}
            icon={pagesIcon}
            className="max-md:hidden"
          >
            <span className={word}>{t('Status pages')}</span>
          </RailLink>
          <RailLink
            href="/maintenance"
            current={screen === 'maintenance'}
            icon={maintenanceIcon}
            className="max-md:hidden"
          >
            <span className={word}>{t('Maintenance')}</span>
          </RailLink>
          <RailLink href="/alerts" current={screen === 'alerts'} icon={alertsIcon}>
            <span className={word}>{t('Alerts')}</span>
          </RailLink>
          <RailLink
            href="/settings"
            current={screen === 'settings' || screen === 'system'}
            icon={settingsIcon}
            className="max-md:hidden"
          >
            <span className={word}>{t('Settings')}</span>
          </RailLink>
          <li className="grow md:hidden">
            <RailMore current={!barScreens.includes(screen)} onHelp={onHelp} onFind={onFind} />
          </li>
        </ul>
      </nav>
      <footer className="mt-auto border-line border-t px-2 pt-3 max-md:hidden">
        <FindButton onFind={onFind} onFindSoon={onFindSoon} />
        <LiveBadge />
      </footer>
    </div>
  )
}

/** What a phone's bar has itself; all else is behind its last button. */
const barScreens: readonly string[] = ['overview', 'monitors', 'monitor', 'incidents', 'incident', 'alerts', 'missing']

const word = 'md:max-lg:sr-only max-md:text-12'
const badge =
  'num text-13 text-down-fg max-lg:absolute max-lg:top-0.5 max-lg:right-1 max-lg:text-12 max-md:left-[calc(50%+12px)] max-md:right-auto lg:ml-auto'

function FindButton({ onFind, onFindSoon }: Pick<RailProps, 'onFind' | 'onFindSoon'>) {
  return (
    <button
      type="button"
      onClick={onFind}
      onPointerEnter={onFindSoon}
      onFocus={onFindSoon}
      className="-mx-2 mb-2 flex h-9 w-[calc(100%+16px)] items-center gap-2.5 rounded-control px-2 font-medium text-muted hover:bg-hover hover:text-fg md:max-lg:justify-center"
    >
      <svg
        width="16"
        height="16"
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        aria-hidden="true"
      >
        <path d="M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 14 14" strokeLinecap="round" />
      </svg>
      <span className="md:max-lg:sr-only">{t('Find')}</span>
      <span className="ml-auto flex gap-1 md:max-lg:hidden">
        <Kbd>Ctrl</Kbd>
        <Kbd>K</Kbd>
      </span>
    </button>
  )
}

function OpenIncidents() {
  const open = useQuery(openIncidentsQuery).data?.open ?? 0
  if (open === 0) return null
  return (
    <span className={badge}>
      {numberText(open)}
      <span className="sr-only"> {t('open')}</span>
    </span>
  )
}

interface RailLinkProps {
  href: string
  current: boolean
  icon: ReactNode
  className?: string
  children: ReactNode
}

/** On a phone the word stands beneath its sign; where letters are large the bar has a second line. */
function RailLink({ href, current, icon, className = '', children }: RailLinkProps) {
  return (
    <li className={`max-md:grow ${className}`}>
      <a
        href={href}
        onClick={followLink}
        aria-current={current ? 'page' : undefined}
        className="relative flex items-center gap-2.5 rounded-control px-2 font-medium text-muted hover:bg-hover hover:text-fg aria-[current=page]:text-fg max-md:min-h-14 max-md:flex-col max-md:justify-center max-md:gap-1 max-md:px-1 max-md:outline-offset-[-2px] md:h-9 md:pointer-coarse:h-11 md:max-lg:pointer-coarse:-mx-0.5 md:aria-[current=page]:bg-line/60 md:max-lg:justify-center md:max-lg:px-0"
      >
        <svg
          width="16"
          height="16"
          viewBox="0 0 16 16"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinecap="round"
          aria-hidden="true"
        >
          {icon}
        </svg>
        {children}
      </a>
    </li>
  )
}

const overviewIcon = <path d="M2 3.5h12M2 8h12M2 12.5h7" />
const monitorsIcon = <path d="M1.5 14h13M3.5 11V8m3 3V4m3 7V6.5m3 4.5V2.5" />
const incidentsIcon = <path d="M8 1.8 14.6 13.5H1.4zM8 6.3v3.2m0 2v.1" />
const pagesIcon = <path d="M2.5 3.5h11v9h-11zM2.5 6.5h11M5 9.5h6" />
const maintenanceIcon = <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6" />
const alertsIcon = <path d="M3.5 11.5V7a4.5 4.5 0 0 1 9 0v4.5l1 1h-11zM6.5 14.5h3" />
const settingsIcon = <path d="M2 4.5h5.5m4 0H14M2 11.5h2.5m4 0H14M9.5 2.8v3.4M6.5 9.8v3.4" />
