/** What can be filtered by, in words; other actions are shown as they are called. */
export const actionNames: Readonly<Record<string, string>> = {
  'monitor.created': 'Monitor added',
  'monitor.changed': 'Monitor changed',
  'monitor.deleted': 'Monitor deleted',
  'monitor.paused': 'Monitor paused',
  'monitor.resumed': 'Monitor resumed',
  'monitor.dependencies_changed': 'Dependencies changed',
  'maintenance.created': 'Maintenance planned',
  'maintenance.changed': 'Maintenance changed',
  'maintenance.deleted': 'Maintenance deleted',
  'group.created': 'Group made',
  'group.changed': 'Group changed',
  'group.deleted': 'Group deleted',
  'member.joined': 'Person joined',
  'member.role_changed': 'Role changed',
  'member.removed': 'Person removed',
  'invitation.created': 'Invitation made',
  'invitation.revoked': 'Invitation taken back',
  'key.created': 'API key created',
  'key.revoked': 'API key revoked',
  'workspace.created': 'Workspace created',
  'workspace.renamed': 'Workspace renamed',
  'workspace.time_zone_changed': 'Time zone of the workspace changed',
  'workspace.limits_changed': 'Limits changed',
}

export function actionText(action: string): string {
  const text = actionNames[action] ?? action.replace(/[._]/g, ' ')
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
  const [was, is] = [old?.[name] ?? 'none', now?.[name] ?? 'none']
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
  if (value === null || value === undefined || value === '') return 'none'
  if (Array.isArray(value)) return value.map(valueText).join(', ') || 'none'
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.length > TEXT_LENGTH ? `${text.slice(0, TEXT_LENGTH)}…` : text
}

/** `expiresInDays` → `expires in days`. */
function wordsOf(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_both, end: string, start: string) => `${end} ${start.toLowerCase()}`)
}
