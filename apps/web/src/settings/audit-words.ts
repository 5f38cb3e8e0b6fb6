import { msg, t } from '@repo/ui/words'

/** What can be filtered by, in words; other actions are shown as they are called. */
export const actionNames: Readonly<Record<string, string>> = {
  'monitor.created': msg('Monitor added'),
  'monitor.changed': msg('Monitor changed'),
  'monitor.deleted': msg('Monitor deleted'),
  'monitor.paused': msg('Monitor paused'),
  'monitor.resumed': msg('Monitor resumed'),
  'monitor.dependencies_changed': msg('Dependencies changed'),
  'maintenance.created': msg('Maintenance planned'),
  'maintenance.changed': msg('Maintenance changed'),
  'maintenance.deleted': msg('Maintenance deleted'),
  'group.created': msg('Group made'),
  'group.changed': msg('Group changed'),
  'group.deleted': msg('Group deleted'),
  'member.joined': msg('Person joined'),
  'member.role_changed': msg('Role changed'),
  'member.removed': msg('Person removed'),
  'invitation.created': msg('Invitation made'),
  'invitation.revoked': msg('Invitation taken back'),
  'key.created': msg('API key created'),
  'key.revoked': msg('API key revoked'),
  'workspace.created': msg('Workspace created'),
  'workspace.restored': msg('Workspace brought back'),
  'workspace.renamed': msg('Workspace renamed'),
  'workspace.time_zone_changed': msg('Time zone of the workspace changed'),
  'workspace.limits_changed': msg('Limits changed'),
}

/** What is not filtered by: called as the API calls it, and in another language in its words. */
const otherActions: Readonly<Record<string, string>> = {
  'account.email_changed': msg('Account email changed'),
  'account.identity_linked': msg('Account identity linked'),
  'account.identity_unlinked': msg('Account identity unlinked'),
  'account.passkey_added': msg('Account passkey added'),
  'account.passkey_removed': msg('Account passkey removed'),
  'account.password_changed': msg('Account password changed'),
  'account.password_reset': msg('Account password reset'),
  'account.recovery_codes_renewed': msg('Account recovery codes renewed'),
  'account.second_factor_removed': msg('Account second factor removed'),
  'account.second_factor_set': msg('Account second factor set'),
  'account.sessions_ended': msg('Account sessions ended'),
  'alert_policy.changed': msg('Alert policy changed'),
  'alert_policy.created': msg('Alert policy created'),
  'alert_policy.deleted': msg('Alert policy deleted'),
  'channel.changed': msg('Channel changed'),
  'channel.created': msg('Channel created'),
  'channel.deleted': msg('Channel deleted'),
  'channel.unsubscribed': msg('Channel unsubscribed'),
  'digest.changed': msg('Digest changed'),
  'incident.acknowledged': msg('Incident acknowledged'),
  'incident.assigned': msg('Incident assigned'),
  'incident.commented': msg('Incident commented'),
  'incident.merged': msg('Incident merged'),
  'incident.postmortem_written': msg('Incident postmortem written'),
  'incident.reopened': msg('Incident reopened'),
  'incident.resolved': msg('Incident resolved'),
  'incident.unacknowledged': msg('Incident unacknowledged'),
  'monitor.address_rotated': msg('Monitor address rotated'),
  'monitor.bulk_created': msg('Monitor bulk created'),
  'monitor.bulk_imported': msg('Monitor bulk imported'),
  'page_announcement.changed': msg('Page announcement changed'),
  'page_announcement.created': msg('Page announcement created'),
  'page_announcement.deleted': msg('Page announcement deleted'),
  'page_component.changed': msg('Page component changed'),
  'page_incident.changed': msg('Page incident changed'),
  'page_incident.created': msg('Page incident created'),
  'page_incident.deleted': msg('Page incident deleted'),
  'page_incident.published': msg('Page incident published'),
  'page_incident.updated': msg('Page incident updated'),
  'schedule.changed': msg('Schedule changed'),
  'schedule.created': msg('Schedule created'),
  'schedule.deleted': msg('Schedule deleted'),
  'schedule.override_created': msg('Schedule override created'),
  'schedule.override_deleted': msg('Schedule override deleted'),
  'status_page.changed': msg('Status page changed'),
  'status_page.created': msg('Status page created'),
  'status_page.deleted': msg('Status page deleted'),
  'status_page.domain_removed': msg('Status page domain removed'),
  'status_page.domain_set': msg('Status page domain set'),
  'status_page.logo_removed': msg('Status page logo removed'),
  'status_page.logo_set': msg('Status page logo set'),
  'status_page.password_removed': msg('Status page password removed'),
  'status_page.password_set': msg('Status page password set'),
  'status_page.published': msg('Status page published'),
  'status_page.subscriber_asked': msg('Status page subscriber asked'),
  'status_page.subscriber_deleted': msg('Status page subscriber deleted'),
  'status_page.withdrawn': msg('Status page withdrawn'),
  'workspace.deleted': msg('Workspace deleted'),
}

/** Whether an action has words of its own, and so has them in every language. */
export function isNamed(action: string): boolean {
  return action in actionNames || action in otherActions
}

export function actionText(action: string): string {
  const known = actionNames[action] ?? otherActions[action]
  const text = known ? t(known) : action.replace(/[._]/g, ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

type Values = Readonly<Record<string, unknown>> | null

export interface ChangeLine {
  readonly name: string
  readonly text: string
}

/** What was there before and is now, a line for each name that differs: `viewer → admin`. */
export function changeLines(before: Values, after: Values): readonly ChangeLine[] {
  const old = before && flat(before)
  const now = after && flat(after)
  const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])]
  return names
    .map((name) => ({ name: wordsOf(name), text: changeText({ old, now }, name) }))
    .filter(({ text }) => text !== '')
}

function changeText({ old, now }: { old: Texts | null; now: Texts | null }, name: string): string {
  const [was, is] = [old?.[name] ?? t('none'), now?.[name] ?? t('none')]
  if (!old) return is
  if (!now) return was
  return was === is ? '' : `${was} → ${is}`
}

type Texts = Readonly<Record<string, string>>

/** What lies within another value has both names, so that a change within it is a line of its own. */
function flat(values: object, prefix = ''): Texts {
  const entries = Object.entries(values).flatMap(([name, value]): [string, string][] =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(flat(value, `${prefix}${name}.`))
      : [[`${prefix}${name}`, valueText(value)]],
  )
  return Object.fromEntries(entries)
}

const TEXT_LENGTH = 200

function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return t('none')
  if (Array.isArray(value)) return value.map(valueText).join(', ') || t('none')
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.length > TEXT_LENGTH ? `${text.slice(0, TEXT_LENGTH)}…` : text
}

/** `expiresInDays` → `expires in days`. */
function wordsOf(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_both, end: string, start: string) => `${end} ${start.toLowerCase()}`)
}
