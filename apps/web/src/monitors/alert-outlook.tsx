'use client'
import type { AskDelay } from '@repo/contracts/alert-delay'
import { Button } from '@repo/ui/button'
import { intervalText } from '@repo/ui/duration'
import { StatusGlyph } from '@repo/ui/status'
import { numberText, rich, t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMyId } from '../alerts/use-names.ts'
import { accountQuery } from '../api/account-queries.ts'
import { alertKeys, createChannel, testChannel } from '../api/alert-queries.ts'
import { channelsKey, channelsQuery } from '../api/channels-query.ts'
import { alertDelayQuery } from '../api/first-look.ts'
import { failureText } from '../api/request.ts'
import { followLink } from '../navigation.ts'

/** How fast whoever saves a monitor will hear of its outages, and, unless it is only read, by what. */
export function AlertOutlook({ asked, isRead = false }: { asked: AskDelay; isRead?: boolean }) {
  return (
    <section aria-label={t('Alerts')} className="flex flex-col gap-2 border-line border-t pt-3">
      <DelaySentence asked={asked} />
      {!isRead && <OwnChannel />}
    </section>
  )
}

function DelaySentence({ asked }: { asked: AskDelay }) {
  const { data: delay, error } = useQuery(alertDelayQuery(asked))
  if (error) return <p className="text-13 text-muted">{failureText(error)}</p>
  if (!delay) return <p className="skeleton h-9" />
  const { regionsNeeded, regions, looksNeeded, usualSeconds, slowestSeconds, noticedSeconds, waitSeconds } = delay
  const num = (text: string) => <span className="num">{text}</span>
  const times = { usual: num(intervalText(usualSeconds)), slowest: num(intervalText(slowestSeconds)) }
  return (
    <p className="min-h-9 text-13">
      {regionsNeeded > 1
        ? rich(
            'You will be told about {usual} after the first failure, within {slowest} where nothing answers: {needed} of {regions} regions have to see it.',
            { ...times, needed: num(numberText(regionsNeeded)), regions: num(numberText(regions)) },
          )
        : rich(
            'You will be told about {usual} after the first failure, within {slowest} where nothing answers: it takes {looks, plural, one {# failing check} other {# failing checks in a row}}.',
            { ...times, looks: looksNeeded },
          )}{' '}
      <span className="text-muted">
        {rich('It is looked at every {interval}.', { interval: num(intervalText(noticedSeconds)) })}
        {waitSeconds !== null && waitSeconds > 0 && (
          <>
            {' '}
            {rich('{wait} of it is what the alert policies wait before they tell anybody.', {
              wait: num(intervalText(waitSeconds)),
            })}
          </>
        )}
      </span>
      {waitSeconds === null && <PolicyMissing />}
    </p>
  )
}

/** It would be found down, and nobody would hear of it. */
function PolicyMissing() {
  return (
    <span className="mt-1 flex items-start gap-1.5">
      <StatusGlyph status="degraded" />
      <span>
        {rich('No alert policy is about it, so that nobody would be told: {link}.', {
          link: (
            <a href="/alerts/policies" onClick={followLink} className={link}>
              {t('add one')}
            </a>
          ),
        })}
      </span>
    </span>
  )
}

/** What tells whoever looks: their own channel with a test of it, or one click to have one. */
function OwnChannel() {
  const myId = useMyId()
  const { data: channels } = useQuery(channelsQuery)
  if (channels === undefined || myId === undefined) return <div className="skeleton h-8" />
  const own = channels.find(({ userId, paused }) => userId === myId && !paused)
  return own ? <TestAlert id={own.id} name={own.name} /> : <MailMe myId={myId} />
}

function TestAlert({ id, name }: { id: string; name: string }) {
  const client = useQueryClient()
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: () => testChannel(id),
    onSuccess: () => client.invalidateQueries({ queryKey: channelsKey }),
  })
  const isTaken = data?.outcome === 'accepted'
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <p className="min-w-0 text-13 text-muted [overflow-wrap:anywhere]">
        {rich('You are told by {channel}.', { channel: <span className="text-fg">{name}</span> })}
      </p>
      <Button disabled={isPending} onClick={() => mutate()}>
        {isPending ? t('Sending…') : t('Send test alert')}
      </Button>
      <p role="status" className="basis-full text-13 [overflow-wrap:anywhere] empty:hidden">
        {data && (
          <span className="inline-flex items-center gap-1.5">
            <StatusGlyph status={isTaken ? 'up' : 'down'} />
            <span className={isTaken ? 'text-up-fg' : 'text-down-fg'}>
              {isTaken
                ? t('Delivered: {answer}', { answer: data.answer || data.reason })
                : t('Failed: {answer}', { answer: [data.reason, data.answer].filter(Boolean).join(' · ') })}
            </span>
          </span>
        )}
        {error && <span className="text-down-fg">{failureText(error)}</span>}
      </p>
    </div>
  )
}

function MailMe({ myId }: { myId: string }) {
  const client = useQueryClient()
  const { data: account } = useQuery(accountQuery)
  const { mutate, isPending, error } = useMutation({
    mutationFn: (to: string) => createChannel({ kind: 'email', name: t('My e-mail'), userId: myId, settings: { to } }),
    onSettled: () => client.invalidateQueries({ queryKey: alertKeys.all }),
  })
  if (!account) return <div className="skeleton h-8" />
  const { email } = account
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <p className="flex min-w-0 items-center gap-1.5 text-13">
        <StatusGlyph status="degraded" />
        {t('Nothing of yours tells you yet.')}
      </p>
      {email === null ? (
        <span className="flex gap-3 text-13">
          <a href="/settings" onClick={followLink} className={link}>
            {t('Give your e-mail address')}
          </a>
          <a href="/alerts" onClick={followLink} className={link}>
            {t('Add a channel')}
          </a>
        </span>
      ) : (
        <Button disabled={isPending} onClick={() => mutate(email)}>
          {t('Alert me by e-mail')}
        </Button>
      )}
      {error && (
        <p role="alert" className="basis-full text-13 text-down-fg">
          {rich('{failure} Mail is set up by whoever operates this instance; {link} works as well.', {
            failure: failureText(error),
            link: (
              <a href="/alerts" onClick={followLink} className={link}>
                {t('another channel')}
              </a>
            ),
          })}
        </p>
      )}
    </div>
  )
}

const link = 'text-accent underline underline-offset-2'
