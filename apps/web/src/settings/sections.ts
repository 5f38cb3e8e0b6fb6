import type { Role } from '@repo/domain/role'
import { msg } from '@repo/ui/words'
import type { SettingsSection } from '../navigation.ts'

export const sectionNames: Record<SettingsSection, string> = {
  account: msg('Account'),
  security: msg('Security'),
  workspace: msg('Workspace'),
  members: msg('Members'),
  keys: msg('API keys'),
  audit: msg('Audit log'),
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
  { name: msg('You'), sections: ['account', 'security'] },
  { name: msg('Workspace'), sections: ['workspace', 'members', 'keys', 'audit'] },
]
