'use client'
import type { Session } from '@repo/contracts/session'
import { isAtLeast } from '@repo/domain/role'
import { Button } from '@repo/ui/button'
import { Item, Tag } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
import { rich, t } from '@repo/ui/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionQuery } from '../api/queries.ts'
import { goOnElsewhere, membersQuery, removeMember, workspaceKeys } from '../api/workspace-queries.ts'
import type { Member } from '../api/workspace-types.ts'
import { notify } from '../shell/notices.tsx'
import { Ago } from '../shell/time.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { InvitationsPanel } from './invitations-panel.tsx'
import { orLastOwner } from './last-owner.ts'
import { LongList } from './long-list.tsx'
import { Reading } from './reading.tsx'
import { RoleDialog } from './role-dialog.tsx'
import { roleName } from './role-words.ts'

type Open = { kind: 'role' | 'remove' | 'leave'; member: Member }

export function MembersSection() {
  const members = useQuery(membersQuery)
  const { data: session } = useQuery(sessionQuery)
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  if (!session) return null
  return (
    <div className="flex flex-col gap-4">
      <Panel title={t('People')}>
        <Reading query={members}>
          {(items) => (
            <LongList
              label={t('Members')}
              things={selfFirst(items, session)}
              search={t('Find a member')}
              textOf={({ username, email, role }) => `${username} ${email ?? ''} ${roleName(role)}`}
            >
              {(member) => <MemberItem key={member.userId} member={member} session={session} onOpen={setOpen} />}
            </LongList>
          )}
        </Reading>
      </Panel>
      {isAtLeast(session.workspace.role, 'admin') && <InvitationsPanel ownRole={session.workspace.role} />}
      {open?.kind === 'role' && <RoleDialog member={open.member} session={session} onClose={close} />}
      {open && open.kind !== 'role' && <RemoveDialog {...open} session={session} onClose={close} />}
    </div>
  )
}

/** Whoever wants to leave should not have to look for themselves. */
function selfFirst(members: readonly Member[], { user }: Session): readonly Member[] {
  const isSelf = ({ userId }: Member) => userId === user.id
  return [...members.filter(isSelf), ...members.filter((member) => !isSelf(member))]
}

interface MemberItemProps {
  member: Member
  session: Session
  onOpen: (open: Open) => void
}

function MemberItem({ member, session, onOpen }: MemberItemProps) {
  const { username, email, role, hasSecondFactor, joinedAt } = member
  const isSelf = member.userId === session.user.id
  const own = session.workspace.role
  const mayChange = isAtLeast(own, 'admin') && isAtLeast(own, role)
  return (
    <Item
      title={username}
      tags={
        <>
          <Tag>{roleName(role)}</Tag>
          {isSelf && <Tag>{t('You')}</Tag>}
        </>
      }
      note={
        <>
          {email && `${email} · `}
          {joinedAt && (
            <>
              {rich('joined {time}', { time: <Ago at={joinedAt} /> })}
              {' · '}
            </>
          )}
          {hasSecondFactor ? t('second factor on') : t('no second factor')}
        </>
      }
    >
      {mayChange && (
        <Button
          aria-label={t('Change role of {username}', { username })}
          onClick={() => onOpen({ kind: 'role', member })}
        >
          {t('Change role')}
        </Button>
      )}
      {isSelf ? (
        <Button onClick={() => onOpen({ kind: 'leave', member })}>{t('Leave')}</Button>
      ) : (
        mayChange && (
          <Button aria-label={t('Remove {username}', { username })} onClick={() => onOpen({ kind: 'remove', member })}>
            {t('Remove')}
          </Button>
        )
      )}
    </Item>
  )
}

interface RemoveDialogProps extends Open {
  session: Session
  onClose: () => void
}

function RemoveDialog({ kind, member, session, onClose }: RemoveDialogProps) {
  const client = useQueryClient()
  const isLeaving = kind === 'leave'
  return (
    <ConfirmDialog
      title={isLeaving ? t('Leave this workspace?') : t('Remove this person?')}
      verb={isLeaving ? [t('Leave'), t('Leaving…')] : [t('Remove'), t('Removing…')]}
      act={async () => {
        await orLastOwner(removeMember(member.userId))
        if (isLeaving) return goOnElsewhere()
        notify(t('{name} is no longer here.', { name: member.username }))
        await client.invalidateQueries({ queryKey: workspaceKeys.members })
      }}
      onClose={onClose}
    >
      {isLeaving
        ? rich('You will not see {workspace} any more, and your API keys of it end.', {
            workspace: <strong className="font-bold">{session.workspace.name}</strong>,
          })
        : rich('{member} will not see this workspace any more, and their API keys of it end.', {
            member: <strong className="font-bold">{member.username}</strong>,
          })}
    </ConfirmDialog>
  )
}
