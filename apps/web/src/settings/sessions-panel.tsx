'use client'
import { Button } from '@repo/ui/button'
import { Item, Tag } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
import { msg, rich, t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { accountKeys, endOtherSessions, endSession, sessionsQuery } from '../api/account-queries.ts'
import type { SessionItem } from '../api/account-types.ts'
import { failureText } from '../api/request.ts'
import { notify } from '../shell/notices.tsx'
import { Ago } from '../shell/time.tsx'
import { deviceWords } from './device-words.ts'
import { LongList } from './long-list.tsx'
import { Reading } from './reading.tsx'

export function SessionsPanel() {
  const sessions = useQuery({ ...sessionsQuery, staleTime: 0 })
  const end = useEnd()
  const others = sessions.data?.filter(({ isThis }) => !isThis).length ?? 0
  return (
    <Panel
      title={t('Where you are signed in')}
      action={
        others > 1 && (
          <Button disabled={end.isPending} onClick={() => end.mutate(undefined)}>
            {t('Sign out everywhere else')}
          </Button>
        )
      }
    >
      <Reading query={sessions}>
        {(items) => (
          <LongList
            label={t('Sessions')}
            things={items}
            search={t('Find a session')}
            textOf={({ userAgent, address }) => `${deviceWords(userAgent)} ${address}`}
          >
            {(session) => (
              <SessionRow key={session.id} session={session} isBusy={end.isPending} onEnd={() => end.mutate(session)} />
            )}
          </LongList>
        )}
      </Reading>
    </Panel>
  )
}

/** Ends a session, or all but this one where none is named. */
function useEnd() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (session: SessionItem | undefined) => (session ? endSession(session.id) : endOtherSessions()),
    onSuccess: (_done, session) => notify(session ? t('This session has ended.') : t('Every other session has ended.')),
    onError: (error) => notify(t('Nothing was ended. {reason}', { reason: failureText(error) }), { failed: true }),
    onSettled: () => client.invalidateQueries({ queryKey: accountKeys.sessions }),
  })
}

interface SessionRowProps {
  session: SessionItem
  isBusy: boolean
  onEnd: () => void
}

const methodWords: Readonly<Record<string, string>> = {
  password: msg('by password'),
  passkey: msg('by passkey'),
  oidc: msg('by your organisation'),
}

function SessionRow({ session, isBusy, onEnd }: SessionRowProps) {
  const device = deviceWords(session.userAgent)
  const method = methodWords[session.method]
  return (
    <Item
      title={device}
      tags={session.isThis && <Tag>{t('This one')}</Tag>}
      note={
        <>
          <span className="num">{session.address || t('unknown address')}</span>
          {method && ` · ${t(method)}`}
          {' · '}
          {rich('signed in {time}', { time: <Ago at={session.createdAt} /> })}
          {' · '}
          {rich('seen {time}', { time: <Ago at={session.lastSeenAt} /> })}
        </>
      }
    >
      {!session.isThis && (
        <Button
          aria-label={t('Sign out {device}, {address}', { device, address: session.address })}
          disabled={isBusy}
          onClick={onEnd}
        >
          {t('Sign out')}
        </Button>
      )}
    </Item>
  )
}
