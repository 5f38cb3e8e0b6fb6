'use client'
import type { Incident } from '@repo/contracts/incidents'
import { controlClass } from '@repo/ui/field'
import { Panel } from '@repo/ui/panel'
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
    <Panel title="Assigned to">
      <select
        aria-label="Assigned to"
        value={assignee?.id ?? ''}
        disabled={!mayChange || isPending}
        title={mayChange ? undefined : 'A member, an admin or an owner can assign it.'}
        onChange={(event) => {
          const userId = event.currentTarget.value || null
          const name = members.find((member) => member.userId === userId)?.username
          mutate({ act: () => assignIncident(id, userId), done: name ? `It is ${name}’s.` : 'It is nobody’s.' })
        }}
        className={controlClass(false)}
      >
        <option value="">Nobody</option>
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
