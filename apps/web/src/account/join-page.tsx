'use client'
import type { Session } from '@repo/contracts/session'
import { Button } from '@repo/ui/button'
import { rich, t } from '@repo/ui/words'
import { useEffect, useState } from 'react'
import { failureText, isCode, isStatus, request } from '../api/request.ts'
import { chooseWorkspace } from '../api/workspace-queries.ts'
import type { OpenInvitation, Workspace } from '../api/workspace-types.ts'
import { roleName, roleSentence } from '../settings/role-words.ts'
import { useFragment } from './fragment.ts'
import { AccountFrame, FormAlert, TextLink } from './frame.tsx'
import { heldInvitation } from './held-invitation.ts'
import { JoinAsStranger } from './join-as-stranger.tsx'

type Looked =
  | { kind: 'looking' }
  | { kind: 'over' }
  | { kind: 'failed'; why: string }
  | { kind: 'open'; invitation: OpenInvitation; session: Session | undefined }

/** Where the link of an invitation leads to: what it is for, and how to accept it. */
export function JoinPage() {
  const fragment = useFragment()
  const token = fragment === undefined ? undefined : fragment || heldInvitation()
  const looked = useInvitation(token)
  switch (looked.kind) {
    case 'looking':
      return (
        <AccountFrame title={t('An invitation')}>
          <p role="status" className="text-muted">
            {t('Reading what it is for…')}
          </p>
        </AccountFrame>
      )
    case 'over':
      return (
        <AccountFrame title={t('This invitation holds no more')}>
          <p className="text-16">
            {t('It was used, was taken back, or its seven days are over. Ask whoever sent it for a new one.')}
          </p>
          <p className="mt-6">
            <TextLink href="/monitors">{t('Go to BetterUptime')}</TextLink>
          </p>
        </AccountFrame>
      )
    case 'failed':
      return (
        <AccountFrame title={t('An invitation')}>
          <FormAlert>{looked.why}</FormAlert>
        </AccountFrame>
      )
    case 'open':
      return <OpenInvitationPage {...looked} token={token ?? ''} />
  }
}

interface OpenInvitationProps {
  invitation: OpenInvitation
  session: Session | undefined
  token: string
}

function OpenInvitationPage({ invitation: { workspaceName, role, invitedBy }, session, token }: OpenInvitationProps) {
  return (
    <AccountFrame title={t('Join {workspace}', { workspace: workspaceName })}>
      <p className="mb-6 text-16 [overflow-wrap:anywhere]">
        {rich('{person} invites you as {role}.', {
          person: invitedBy || t('Somebody'),
          role: <strong className="font-bold">{roleName(role)}</strong>,
        })}{' '}
        {roleSentence(role)}
      </p>
      {session ? (
        <JoinAsYourself username={session.user.username} token={token} />
      ) : (
        <JoinAsStranger token={token} onSignedIn={() => acceptAndGo(token)} />
      )}
    </AccountFrame>
  )
}

function JoinAsYourself({ username, token }: { username: string; token: string }) {
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  async function attempt(act: () => Promise<void>): Promise<void> {
    setIsBusy(true)
    setFailure(undefined)
    try {
      await act()
    } catch (error) {
      setFailure(isCode(error, 'already_member') ? t('You are in this workspace already.') : failureText(error))
      setIsBusy(false)
    }
  }
  return (
    <div className="flex flex-col gap-4">
      {failure && <FormAlert>{failure}</FormAlert>}
      <Button look="primary" className="h-10" disabled={isBusy} onClick={() => void attempt(() => acceptAndGo(token))}>
        <span className="truncate">{isBusy ? t('One moment…') : t('Join as {username}', { username })}</span>
      </Button>
      <Button className="h-10" disabled={isBusy} onClick={() => void attempt(signOutHere)}>
        {t('Sign out, and join as somebody else')}
      </Button>
    </div>
  )
}

/** The link stays in the address: the same page begins anew, for nobody. */
async function signOutHere(): Promise<void> {
  await request<void>('/api/v1/session', { method: 'DELETE' })
  location.reload()
}

/** Joins, works in the workspace from now on, and goes there. */
async function acceptAndGo(token: string): Promise<void> {
  const { id } = await request<Workspace>('/api/v1/invitations/accept', { method: 'POST', body: { token } })
  await chooseWorkspace(id)
  location.assign('/monitors')
}

function useInvitation(token: string | undefined): Looked {
  const [looked, setLooked] = useState<Looked>({ kind: 'looking' })
  useEffect(() => {
    if (token === undefined) return
    const stop = new AbortController()
    look(token, stop.signal).then(setLooked, (error: unknown) => {
      if (!stop.signal.aborted) setLooked({ kind: 'failed', why: failureText(error) })
    })
    return () => stop.abort()
  }, [token])
  return looked
}

async function look(token: string, signal: AbortSignal): Promise<Looked> {
  try {
    const [invitation, session] = await Promise.all([
      request<OpenInvitation>('/api/v1/invitations/look', { method: 'POST', body: { token }, signal }),
      readSession(signal),
    ])
    return { kind: 'open', invitation, session }
  } catch (error) {
    // What is no token at all was cut off by somebody's mail program: the link is no good either.
    if (isCode(error, 'gone') || isCode(error, 'invalid_body')) return { kind: 'over' }
    throw error
  }
}

/** Nobody is signed in: that is what is asked, and no failure. */
async function readSession(signal: AbortSignal): Promise<Session | undefined> {
  try {
    return await request<Session>('/api/v1/session', { signal })
  } catch (error) {
    if (isStatus(error, 401) || isStatus(error, 404)) return undefined
    throw error
  }
}
