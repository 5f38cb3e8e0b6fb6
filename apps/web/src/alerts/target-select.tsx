'use client'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { schedulesQuery } from '../api/alert-queries.ts'
import { channelsQuery } from '../api/channels-query.ts'
import { membersQuery } from '../api/workspace-queries.ts'
import { kindName } from './channel-kinds.ts'
import { smallControl } from './chips.tsx'
import type { Target } from './policy-draft.ts'

interface TargetSelectProps {
  label: string
  chosen: readonly Target[]
  onAdd: (target: Target) => void
}

/** Whom a step can tell beside those whom it tells already. */
export function TargetSelect({ label, chosen, onAdd }: TargetSelectProps) {
  const { data: channels = [] } = useQuery(channelsQuery)
  const { data: members = [] } = useQuery(membersQuery)
  const { data: schedules = [] } = useQuery(schedulesQuery)
  const taken = new Set(chosen.map(targetKey))
  const groups = [
    {
      name: t('People'),
      options: members.map(({ userId, username }) => [`person:${userId}`, username] as const),
    },
    { name: t('On call'), options: schedules.map(({ id, name }) => [`schedule:${id}`, name] as const) },
    {
      name: t('Channels'),
      options: channels.map(({ id, name, kind }) => [`channel:${id}`, `${name} (${kindName(kind)})`] as const),
    },
  ]
  return (
    <select
      aria-label={label}
      value=""
      onChange={(event) => onAdd(targetOf(event.currentTarget.value))}
      className={`${smallControl} max-w-48`}
    >
      <option value="">{t('Add…')}</option>
      {!taken.has('everyone') && <option value="everyone">{t('everyone')}</option>}
      {groups.map(({ name, options }) => {
        const offered = options.filter(([key]) => !taken.has(key))
        return (
          offered.length > 0 && (
            <optgroup key={name} label={name}>
              {offered.map(([key, text]) => (
                <option key={key} value={key}>
                  {text}
                </option>
              ))}
            </optgroup>
          )
        )
      })}
    </select>
  )
}

export function targetKey(target: Target): string {
  switch (target.kind) {
    case 'everyone':
      return 'everyone'
    case 'person':
      return `person:${target.userId}`
    case 'schedule':
      return `schedule:${target.scheduleId}`
    case 'channel':
      return `channel:${target.channelId}`
  }
}

function targetOf(key: string): Target {
  const [kind, id = ''] = key.split(':')
  if (kind === 'person') return { kind, userId: id }
  if (kind === 'schedule') return { kind, scheduleId: id }
  return kind === 'channel' ? { kind, channelId: id } : { kind: 'everyone' }
}
