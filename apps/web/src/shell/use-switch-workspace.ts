'use client'
import { t } from '@repo/ui/words'
import { useMutation } from '@tanstack/react-query'
import { failureText } from '../api/request.ts'
import { chooseWorkspace } from '../api/workspace-queries.ts'
import { notify } from './notices.tsx'

/** Goes to another workspace. The page begins anew there: what it knows is of the one before. */
export function useSwitchWorkspace(): { go: (workspaceId: string) => void; isGoing: boolean } {
  const { mutate, isPending, isSuccess } = useMutation({
    mutationFn: chooseWorkspace,
    onSuccess: () => location.assign('/'),
    onError: (error) => notify(t('Not switched. {reason}', { reason: failureText(error) }), { failed: true }),
  })
  return { go: mutate, isGoing: isPending || isSuccess }
}
