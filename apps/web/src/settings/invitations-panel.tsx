'use client'
import type { Role } from '@repo/domain/role'
import { Button } from '@repo/ui/button'
import { Item, Tag } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
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

export function InvitationsPanel({ ownRole }: { ownRole: Role }) {
  const client = useQueryClient()
  const invitations = useQuery(invitationsQuery)
  const [isInviting, setIsInviting] = useState(false)
  const { mutate, isPending } = useMutation({
    mutationFn: ({ id }: Invitation) => revokeInvitation(id),
    onSuccess: () => notify('The invitation is taken back: its link opens nothing any more.'),
    onError: (error) => notify(`Not taken back. ${failureText(error)}`, { failed: true }),
    onSettled: () => client.invalidateQueries({ queryKey: workspaceKeys.invitations }),
  })
  return (
    <Panel
      title="Invitations"
      note="each good for one person and seven days"
      action={<Button onClick={() => setIsInviting(true)}>Invite somebody</Button>}
    >
      <Reading query={invitations}>
        {(items) =>
          items.length === 0 ? (
            <p className="text-muted">No invitation is open.</p>
          ) : (
            <LongList
              label="Invitations"
              things={items}
              search="Find an invitation"
              textOf={({ email, role, invitedBy }) => `${email ?? ''} ${role} ${invitedBy}`}
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
  const whom = email ?? 'whoever has the link'
  return (
    <Item
      title={`For ${whom}`}
      tags={<Tag>{role}</Tag>}
      note={
        <>
          By {invitedBy || 'somebody who is gone'}, <Ago at={createdAt} /> · good until {dayText(expiresAt)}
        </>
      }
    >
      <Button aria-label={`Take back the invitation for ${whom}`} disabled={isBusy} onClick={onRevoke}>
        Take back
      </Button>
    </Item>
  )
}
