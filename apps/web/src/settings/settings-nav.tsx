'use client'
import { isAtLeast } from '@repo/domain/role'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { sessionQuery } from '../api/queries.ts'
import { followLink, type SettingsSection, settingsPath } from '../navigation.ts'
import { sectionGroups, sectionNames, sectionRoles } from './sections.ts'

/** The sections, of which only those are offered that the role may see; in a row where the screen is narrow. */
export function SettingsNav({ current }: { current: SettingsSection | undefined }) {
  const { data: session } = useQuery(sessionQuery)
  const role = session?.workspace.role ?? 'viewer'
  return (
    <nav
      aria-label={t('Settings')}
      className="flex flex-wrap gap-x-1 gap-y-0.5 max-lg:-mx-2 lg:sticky lg:top-6 lg:flex-col lg:gap-5 lg:self-start lg:pt-1"
    >
      {sectionGroups.map(({ name, sections }) => (
        <div key={name} className="contents lg:block">
          <p className="mb-1 px-2 text-12 text-muted max-lg:sr-only">{t(name)}</p>
          <ul className="contents lg:block">
            {sections
              .filter((section) => isAtLeast(role, sectionRoles[section]))
              .map((section) => (
                <NavLink key={section} href={settingsPath(section)} current={section === current}>
                  {t(sectionNames[section])}
                </NavLink>
              ))}
          </ul>
        </div>
      ))}
      <div className="contents lg:block">
        <p className="mb-1 px-2 text-12 text-muted max-lg:sr-only">{t('Instance')}</p>
        <ul className="contents lg:block">
          <NavLink href="/system" current={false}>
            {t('System')}
          </NavLink>
        </ul>
      </div>
    </nav>
  )
}

function NavLink({ href, current, children }: { href: string; current: boolean; children: ReactNode }) {
  return (
    <li>
      <a
        href={href}
        onClick={followLink}
        aria-current={current ? 'page' : undefined}
        className="flex h-8 items-center rounded-control px-2 font-medium whitespace-nowrap text-muted hover:bg-hover hover:text-fg aria-[current=page]:bg-line/60 aria-[current=page]:text-fg pointer-coarse:h-11"
      >
        {children}
      </a>
    </li>
  )
}
