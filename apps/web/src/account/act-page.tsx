'use client'
import type { AlertLinkJson } from '@repo/contracts/alert-links'
import { Button } from '@repo/ui/button'
import { t } from '@repo/ui/words'
import { useEffect, useState } from 'react'
import { failureText, isCode, request } from '../api/request.ts'
import { actWords } from './act-words.ts'
import { useFragment } from './fragment.ts'
import { AccountFrame, FormAlert, TextLink } from './frame.tsx'

type Looked =
  | { kind: 'looking' }
  | { kind: 'over' }
  | { kind: 'failed'; why: string }
  | { kind: 'open'; link: AlertLinkJson }
  | { kind: 'done'; link: AlertLinkJson }

/** Where the links of messages lead to: it asks first, for many programs look at what is linked in a message. */
export function ActPage() {
  const token = useFragment()
  // Another link in the same tab begins anew.
  return token === undefined ? <Reading /> : <Act key={token} token={token} />
}

function Act({ token }: { token: string }) {
  const [looked, setLooked] = useLooked(token)
  switch (looked.kind) {
    case 'looking':
      return <Reading />
    case 'over':
      return (
        <AccountFrame title={t('This link holds no more')}>
          <p className="text-16">{t('It was used, or its time is over. What it was about is in BetterUptime.')}</p>
          <Onwards />
        </AccountFrame>
      )
    case 'failed':
      return (
        <AccountFrame title={t('From a message')}>
          <FormAlert>{looked.why}</FormAlert>
        </AccountFrame>
      )
    case 'open':
      return looked.link.isOpen ? (
        <Asking link={looked.link} token={token} onDone={(link) => setLooked({ kind: 'done', link })} />
      ) : (
        <Settled link={looked.link} />
      )
    case 'done':
      return <Done link={looked.link} />
  }
}

function Reading() {
  return (
    <AccountFrame title={t('From a message')}>
      <p role="status" className="text-muted">
        {t('Reading what this link is for…')}
      </p>
    </AccountFrame>
  )
}

function Asking({
  link,
  token,
  onDone,
}: {
  link: AlertLinkJson
  token: string
  onDone: (link: AlertLinkJson) => void
}) {
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  const { title, consequence, verb } = actWords(link)
  async function act(): Promise<void> {
    setIsBusy(true)
    setFailure(undefined)
    try {
      await request<AlertLinkJson>('/api/v1/alert-links/use', { method: 'POST', body: { token } })
      onDone(link)
    } catch (error) {
      setFailure(isCode(error, 'gone') ? t('This link was used meanwhile.') : failureText(error))
      setIsBusy(false)
    }
  }
  return (
    <AccountFrame title={title}>
      <p className="mb-6 text-16 [overflow-wrap:anywhere]">{consequence}</p>
      <div className="flex flex-col gap-4">
        {failure && <FormAlert>{failure}</FormAlert>}
        <Button look="primary" className="h-10" disabled={isBusy} onClick={() => void act()}>
          {isBusy ? t('One moment…') : verb}
        </Button>
      </div>
      <Onwards />
    </AccountFrame>
  )
}

function Settled({ link }: { link: AlertLinkJson }) {
  return (
    <AccountFrame title={t('Nothing is left to be done')}>
      <p className="text-16 [overflow-wrap:anywhere]">{actWords(link).settled}</p>
      <Onwards />
    </AccountFrame>
  )
}

function Done({ link }: { link: AlertLinkJson }) {
  const { done, afterwards } = actWords(link)
  return (
    <AccountFrame title={done}>
      <p role="status" className="text-16 [overflow-wrap:anywhere]">
        {afterwards}
      </p>
      <Onwards />
    </AccountFrame>
  )
}

function Onwards() {
  return (
    <p className="mt-6">
      <TextLink href="/monitors">{t('Go to BetterUptime')}</TextLink>
    </p>
  )
}

function useLooked(token: string): [Looked, (looked: Looked) => void] {
  const [looked, setLooked] = useState<Looked>({ kind: 'looking' })
  useEffect(() => {
    const stop = new AbortController()
    look(token, stop.signal).then(setLooked, (error: unknown) => {
      if (!stop.signal.aborted) setLooked({ kind: 'failed', why: failureText(error) })
    })
    return () => stop.abort()
  }, [token])
  return [looked, setLooked]
}

async function look(token: string, signal: AbortSignal): Promise<Looked> {
  try {
    const link = await request<AlertLinkJson>('/api/v1/alert-links/look', { method: 'POST', body: { token }, signal })
    return { kind: 'open', link }
  } catch (error) {
    // What is no token at all was cut off by somebody's mail program: the link is no good either.
    if (isCode(error, 'gone') || isCode(error, 'invalid_body')) return { kind: 'over' }
    throw error
  }
}
