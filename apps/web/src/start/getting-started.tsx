'use client'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useCallback, useEffect, useState } from 'react'
import { sessionQuery } from '../api/queries.ts'
import { workspacesQuery } from '../api/workspace-queries.ts'
import { useMay } from '../shell/use-may.ts'

const StartList = dynamic(() => import('./start-list.tsx').then((module) => module.StartList), { loading: () => null })

/** A workspace is new for so long. */
const NEW_MS = 14 * 86_400_000

/** What is left to be done in a workspace that is new. This browser keeps, for each workspace, that it was put away. */
export function GettingStarted({ monitors }: { monitors: number | undefined }) {
  const mayChange = useMay('member')
  const { data: session } = useQuery(sessionQuery)
  const { data: workspaces } = useQuery({ ...workspacesQuery, enabled: monitors !== undefined })
  const id = session?.workspace.id
  const [isHidden, setIsHidden] = useState(true)
  useEffect(() => {
    if (id !== undefined) setIsHidden(readHidden(id))
  }, [id])
  const hide = useCallback(() => {
    if (id !== undefined) keepHidden(id)
    setIsHidden(true)
  }, [id])
  const createdAt = workspaces?.find((workspace) => workspace.id === id)?.createdAt
  const isNew = createdAt !== undefined && Date.now() - Date.parse(createdAt) < NEW_MS
  if (!mayChange || isHidden || !isNew || monitors === undefined) return null
  return (
    <div className="my-5 flex min-h-12 items-center border-line border-y py-1.5">
      <StartList monitors={monitors} onHide={hide} />
    </div>
  )
}

const keyOf = (workspaceId: string) => `started-${workspaceId}`

function readHidden(workspaceId: string): boolean {
  try {
    return localStorage.getItem(keyOf(workspaceId)) !== null
  } catch {
    return true
  }
}

function keepHidden(workspaceId: string): void {
  try {
    localStorage.setItem(keyOf(workspaceId), 'hidden')
  } catch {
    // Put away for this visit only.
  }
}
