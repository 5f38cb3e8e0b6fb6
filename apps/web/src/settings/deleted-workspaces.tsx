'use client'
import { Button } from '@repo/ui/button'
import { Item, ItemList } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
import { dateText, t } from '@repo/ui/words'
import { useMutation, useQuery } from '@tanstack/react-query'
import { failureText } from '../api/request.ts'
import { bringBack, deletedWorkspacesQuery } from '../api/workspace-queries.ts'
import { notify } from '../shell/notices.tsx'
import { useDeletionNotice } from './deleted-note.ts'

const moment = { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' } as const

/** What somebody owned and may bring back, with until when; nothing where there is none. */
export function DeletedWorkspaces() {
  useDeletionNotice()
  // Deleted a moment ago is what somebody comes here for.
  const { data = [] } = useQuery({ ...deletedWorkspacesQuery, staleTime: 0 })
  const { mutate, isPending, isSuccess } = useMutation({
    mutationFn: bringBack,
    onSuccess: () => location.assign('/'),
    onError: (error) => notify(t('Not brought back. {reason}', { reason: failureText(error) }), { failed: true }),
  })
  if (data.length === 0) return null
  return (
    <Panel title={t('Deleted workspaces')}>
      <ItemList label={t('Deleted workspaces')}>
        {data.map(({ id, name, monitors, restorableUntil }) => (
          <Item
            key={id}
            title={name}
            note={t('{count, plural, one {# monitor} other {# monitors}}; can be brought back until {moment}', {
              count: monitors,
              moment: dateText(Date.parse(restorableUntil), moment),
            })}
          >
            <Button
              aria-label={t('Bring {name} back', { name })}
              disabled={isPending || isSuccess}
              onClick={() => mutate(id)}
            >
              {t('Bring back')}
            </Button>
          </Item>
        ))}
      </ItemList>
    </Panel>
  )
}
