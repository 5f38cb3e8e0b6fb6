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
  'workspace.renamed': msg('Workspace renamed'),
  'workspace.time_zone_changed': msg('Time zone of the workspace changed'),
  'workspace.limits_changed': msg('Limits changed'),
}

/** What is not filtered by: called as the API calls it, and in another language in its words. */
const otherActions: Readonly<Record<string, string>> = {
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
  'schedule.changed': msg('Schedule changed'),
  'schedule.created': msg('Schedule created'),
  'schedule.deleted': msg('Schedule deleted'),
  'schedule.override_created': msg('Schedule override created'),
  'schedule.override_deleted': msg('Schedule override deleted'),
  'workspace.deleted': msg('Workspace deleted'),
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
