'use client'
import { t } from '@repo/ui/words'
import { useEffect } from 'react'
import { failureText } from '../api/request.ts'
import { bringBack } from '../api/workspace-queries.ts'
import { notify } from '../shell/notices.tsx'

const KEY = 'betteruptime.deleted-workspace'

interface Deleted {
  readonly id: string
  readonly name: string
}

/** The page begins anew after a deletion: it is there that it is told, with the way back. */
export function tellOfDeletion({ id, name }: Deleted): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ id, name }))
  } catch {
    // A browser that keeps nothing has the list of what can be brought back all the same.
  }
}

/** Says once what was deleted a moment ago, and takes it back if that is wanted. */
export function useDeletionNotice(): void {
  useEffect(() => {
    const deleted = takeDeleted()
    if (!deleted) return
    notify(t('{name} is deleted.', { name: deleted.name }), {
      action: { text: t('Undo'), run: () => void undo(deleted.id) },
    })
  }, [])
}

function takeDeleted(): Deleted | undefined {
  try {
    const kept = sessionStorage.getItem(KEY)
    sessionStorage.removeItem(KEY)
    return kept === null ? undefined : (JSON.parse(kept) as Deleted)
  } catch {
    return undefined
  }
}

async function undo(id: string): Promise<void> {
  try {
    await bringBack(id)
    location.assign('/')
  } catch (error) {
    notify(t('Not brought back. {reason}', { reason: failureText(error) }), { failed: true })
  }
}
