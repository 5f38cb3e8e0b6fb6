'use client'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/queries.ts'
import { workspacesQuery } from '../api/workspace-queries.ts'
import { useSwitchWorkspace } from './use-switch-workspace.ts'

/** For whoever is in several workspaces; the others see none of it. */
export function WorkspaceSwitcher({ className = '' }: { className?: string }) {
  const { data: session } = useQuery(sessionQuery)
  const { data: workspaces } = useQuery({ ...workspacesQuery, enabled: session !== undefined })
  const { go, isGoing } = useSwitchWorkspace()
  if (!session || !workspaces || workspaces.length < 2) return null
  return (
    <select
      aria-label={t('Workspace')}
      value={session.workspace.id}
      disabled={isGoing}
      onChange={(event) => go(event.currentTarget.value)}
      className={`h-8 min-w-0 truncate rounded-control border border-line bg-surface px-2 text-13 font-medium hover:border-control pointer-coarse:h-11 ${className}`}
    >
      {workspaces.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}
