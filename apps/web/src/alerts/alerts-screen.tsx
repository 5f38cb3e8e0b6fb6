'use client'
import { t } from '@repo/ui/words'
import type { ComponentType } from 'react'
import { type AlertsSection, alertsPath, alertsSections, followLink } from '../navigation.ts'
import { usePageName } from '../shell/page-name.ts'
import { ChannelsSection } from './channels-section.tsx'
import { CoverageWarning } from './coverage-warning.tsx'
import { LogSection } from './log-section.tsx'
import { PoliciesSection } from './policies-section.tsx'
import { SchedulesSection } from './schedules-section.tsx'
import { sectionNames } from './sections.ts'

const bodies: Record<AlertsSection, ComponentType> = {
  channels: ChannelsSection,
  policies: PoliciesSection,
  schedules: SchedulesSection,
  log: LogSection,
}

/** Who is told of what, by which ways, and who was. */
export function AlertsScreen({ section }: { section: AlertsSection }) {
  usePageName(t('{section} · Alerts', { section: t(sectionNames[section]) }))
  const Section = bodies[section]
  return (
    <>
      <h1 className="text-28 font-bold tracking-[-0.02em]">{t('Alerts')}</h1>
      <SectionTabs current={section} />
      <CoverageWarning />
      <Section />
    </>
  )
}

function SectionTabs({ current }: { current: AlertsSection }) {
  return (
    <nav aria-label={t('Alerts')} className="mt-3 mb-5 border-line border-b">
      <ul className="-mb-px flex flex-wrap gap-x-5">
        {alertsSections.map((section) => (
          <li key={section}>
            <a
              href={alertsPath(section)}
              onClick={followLink}
              aria-current={section === current ? 'page' : undefined}
              className="hit-area flex h-9 items-center border-transparent border-b-2 font-medium whitespace-nowrap text-muted hover:text-fg aria-[current=page]:border-fg aria-[current=page]:text-fg pointer-coarse:h-11"
            >
              {t(sectionNames[section])}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
