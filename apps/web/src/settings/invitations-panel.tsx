'use client'
import type { Role } from '@repo/domain/role'
import { Button } from '@repo/ui/button'
import { Item, Tag } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
import { rich, t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { failureText } from '../api/request.ts'
import { invitationsQuery, revokeInvitation, workspaceKeys } from '../api/workspace-queries.ts'
import type { Invitation } from '../api/workspace-types.ts'
import { notify } from '../shell/notices.tsx'
import { Ago } from '../shell/time.tsx'
import { dayText } from './day-text.ts'
import { InviteDialog } from './invite-dialog.tsx'
import { LongList } from './long-list.tsx'
import { Reading } from './reading.tsx'
import { roleName } from './role-words.ts'

export function InvitationsPanel({ ownRole }: { ownRole: Role }) {
  const client = useQueryClient()
  const invitations = useQuery(invitationsQuery)
  const [isInviting, setIsInviting] = useState(false)
  const { mutate, isPending } = useMutation({
    mutationFn: ({ id }: Invitation) => revokeInvitation(id),
    onSuccess: () => notify(t('The invitation is taken back: its link opens nothing any more.')),
    onError: (error) => notify(t('Not taken back. {reason}', { reason: failureText(error) }), { failed: true }),
    onSettled: () => client.invalidateQueries({ queryKey: workspaceKeys.invitations }),
  })
  return (
    <Panel
      title={t('Invitations')}
      note={t('each good for one person and seven days')}
      action={<Button onClick={() => setIsInviting(true)}>{t('Invite somebody')}</Button>}
    >
      <Reading query={invitations}>
        {(items) =>
          items.length === 0 ? (
            <p className="text-muted">{t('No invitation is open.')}</p>
          ) : (
            <LongList
              label={t('Invitations')}
              things={items}
              search={t('Find an invitation')}
              textOf={({ email, role, invitedBy }) => `${email ?? ''} ${roleName(role)} ${invitedBy}`}
            >
              {(invitation) => (
                <InvitationItem
                  key={invitation.id}
                  invitation={invitation}
                  isBusy={isPending}
                  onRevoke={() => mutate(invitation)}
                />
              )}
            </LongList>
          )
        }
      </Reading>
      {isInviting && <InviteDialog ownRole={ownRole} onClose={() => setIsInviting(false)} />}
    </Panel>
  )
}

interface InvitationItemProps {
  invitation: Invitation
  isBusy: boolean
  onRevoke: () => void
}

function InvitationItem({ invitation, isBusy, onRevoke }: InvitationItemProps) {
  const { role, email, invitedBy, createdAt, expiresAt } = invitation
  const whom = email ?? t('whoever has the link')
  return (
    <Item
      title={t('For {whom}', { whom })}
      tags={<Tag>{roleName(role)}</Tag>}
      note={rich('By {person}, {time} · good until {day}', {
        person: invitedBy || t('somebody who is gone'),
        time: <Ago at={createdAt} />,
        day: dayText(expiresAt),
      })}
    >
      <Button aria-label={t('Take back the invitation for {whom}', { whom })} disabled={isBusy} onClick={onRevoke}>
        {t('Take back')}
      </Button>
    </Item>
  )
}
