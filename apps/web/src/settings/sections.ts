import type { Role } from '@repo/domain/role'
import type { SettingsSection } from '../navigation.ts'

export const sectionNames: Record<SettingsSection, string> = {
  account: 'Account',
  security: 'Security',
  workspace: 'Workspace',
  members: 'Members',
  keys: 'API keys',
  audit: 'Audit log',
}

/** Who may read what a section shows; the server asks for the same. */
export const sectionRoles: Record<SettingsSection, Role> = {
  account: 'viewer',
  security: 'viewer',
  workspace: 'viewer',
  members: 'viewer',
  keys: 'admin',
  audit: 'admin',
}

export const sectionGroups: readonly { readonly name: string; readonly sections: readonly SettingsSection[] }[] = [
  { name: 'You', sections: ['account', 'security'] },
  { name: 'Workspace', sections: ['workspace', 'members', 'keys', 'audit'] },
]
