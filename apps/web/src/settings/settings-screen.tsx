'use client'
import { isAtLeast } from '@repo/domain/role'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import type { ComponentType } from 'react'
import { sessionQuery } from '../api/queries.ts'
import type { SettingsSection } from '../navigation.ts'
import { usePageName } from '../shell/page-name.ts'
import { AccountSection } from './account-section.tsx'
import { AuditSection } from './audit-section.tsx'
import { KeysSection } from './keys-section.tsx'
import { MembersSection } from './members-section.tsx'
import { SectionSkeleton } from './reading.tsx'
import { roleName } from './role-words.ts'
import { sectionNames, sectionRoles } from './sections.ts'
import { SecuritySection } from './security-section.tsx'
import { SettingsNav } from './settings-nav.tsx'
import { WorkspaceSection } from './workspace-section.tsx'

const bodies: Record<SettingsSection, ComponentType> = {
  account: AccountSection,
  security: SecuritySection,
  workspace: WorkspaceSection,
  members: MembersSection,
  keys: KeysSection,
  audit: AuditSection,
}

export function SettingsScreen({ section }: { section: SettingsSection | undefined }) {
  const name = section ? t(sectionNames[section]) : t('Settings')
  usePageName(section ? t('{name} · Settings', { name }) : name)
  return (
    <div className="grid gap-x-10 gap-y-5 lg:grid-cols-[176px_minmax(0,1fr)]">
      <SettingsNav current={section} />
      <div className="min-w-0 max-w-200">
        <h1 className="mb-5 text-28 font-bold tracking-[-0.02em]">{name}</h1>
        {section ? <Body section={section} /> : <SectionSkeleton />}
      </div>
    </div>
  )
}

/** Whoever comes by an address to what their role may not see is told so, before anything is asked for. */
function Body({ section }: { section: SettingsSection }) {
  const { data: session } = useQuery(sessionQuery)
  const wanted = sectionRoles[section]
  if (!session) return <SectionSkeleton />
  const { role } = session.workspace
  if (!isAtLeast(role, wanted)) {
    return (
      <p className="text-16">
        {t(
          'It takes the role {wanted} to see this, and yours in this workspace is {role}. An owner or an admin can change that.',
          { wanted: roleName(wanted), role: roleName(role) },
        )}
      </p>
    )
  }
  const Section = bodies[section]
  return <Section />
}
