'use client'
import type { Incident } from '@repo/contracts/incidents'
import { controlClass } from '@repo/ui/field'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { assignIncident } from '../api/incident-queries.ts'
import { membersQuery } from '../api/workspace-queries.ts'
import { useMay } from '../shell/use-may.ts'
import { useChange } from './use-change.ts'

export function AssigneePanel({ incident: { id, assignee } }: { incident: Incident }) {
  const { data: members = [] } = useQuery(membersQuery)
  const mayChange = useMay('member')
  const { mutate, isPending } = useChange(id)
  // Whoever left the workspace stays named.
  const isGone = assignee !== null && !members.some(({ userId }) => userId === assignee.id)
  return (
    <Panel title={t('Assigned to')}>
      <select
        aria-label={t('Assigned to')}
        value={assignee?.id ?? ''}
        disabled={!mayChange || isPending}
        title={mayChange ? undefined : t('A member, an admin or an owner can assign it.')}
        onChange={(event) => {
          const userId = event.currentTarget.value || null
          const name = members.find((member) => member.userId === userId)?.username
          mutate({
            act: () => assignIncident(id, userId),
            done: name ? t('It is {name}’s.', { name }) : t('It is nobody’s.'),
          })
        }}
        className={controlClass(false)}
      >
        <option value="">{t('Nobody')}</option>
        {isGone && <option value={assignee.id}>{assignee.name}</option>}
        {members.map(({ userId, username }) => (
          <option key={userId} value={userId}>
            {username}
          </option>
        ))}
      </select>
    </Panel>
  )
}
