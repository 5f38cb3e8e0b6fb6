'use client'
import { useState } from 'react'

const keyOf = (workspaceId: string) => `folded:${workspaceId}`

/** Which groups are folded, which this browser keeps. */
export function useFolded(workspaceId: string) {
  const [held, setHeld] = useState(() => ({ workspaceId, tags: readFolded(workspaceId) }))
  const folded = held.workspaceId === workspaceId ? held.tags : readFolded(workspaceId)
  const set = (tags: ReadonlySet<string>) => {
    setHeld({ workspaceId, tags })
    try {
      localStorage.setItem(keyOf(workspaceId), JSON.stringify([...tags]))
    } catch {
      // Kept for this visit only.
    }
  }
  return {
    folded,
    fold: (tags: readonly string[]) => set(new Set(tags)),
    turn: (tag: string) => {
      const next = new Set(folded)
      if (!next.delete(tag)) next.add(tag)
      set(next)
    },
  }
}

function readFolded(workspaceId: string): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(workspaceId)) ?? '[]')
    return new Set(Array.isArray(kept) ? kept.filter((tag) => typeof tag === 'string') : [])
  } catch {
    return new Set()
  }
}
