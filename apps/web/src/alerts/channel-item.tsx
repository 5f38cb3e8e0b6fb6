'use client'
import type { ChannelJson } from '@repo/contracts/alert-channels'
import { Button } from '@repo/ui/button'
import { Item } from '@repo/ui/item-list'
import { StatusLabel } from '@repo/ui/status'
import { msg, rich, t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { alertKeys, changeChannel, testChannel, waitingQuery } from '../api/alert-queries.ts'
import type { ChannelTest } from '../api/alert-types.ts'
import { channelsQuery } from '../api/channels-query.ts'
import { failureText } from '../api/request.ts'
import { followLink } from '../navigation.ts'
import { notify } from '../shell/notices.tsx'
import { Ago, Clock } from '../shell/time.tsx'
import { kindName } from './channel-kinds.ts'
import { attemptsText, channelHealth } from './channel-words.ts'
import { useMyId, useNames } from './use-names.ts'

interface ChannelItemProps {
  channel: ChannelJson
  mayChange: boolean
  onEdit: () => void
  onDelete: () => void
}

export function ChannelItem({ channel, mayChange, onEdit, onDelete }: ChannelItemProps) {
  const { id, name, kind, userId } = channel
  const names = useNames()
  const myId = useMyId()
  const { status, word } = channelHealth(channel)
  const test = useMutation({ mutationFn: () => testChannel(id) })
  const owner =
    userId === null ? t('a room') : userId === myId ? t('yours') : (names.person(userId) ?? t('somebody else'))
  const right = { disabled: !mayChange, 'aria-describedby': mayChange ? undefined : 'no-right' }
  return (
    <Item
      title={name}
      tags={
        <span className="text-13 text-muted">
          {kindName(kind)} · {owner}
        </span>
      }
      note={
        <>
          <p className="flex flex-wrap items-baseline gap-x-2">
            <StatusLabel status={status} word={word} />
            <HealthText channel={channel} />
          </p>
          <div role="status">
            {test.isPending && <p>{t('Sending a test…')}</p>}
            {test.data && <TestAnswer test={test.data} />}
          </div>
          {test.error && (
            <p role="alert" className="text-down-fg">
              {failureText(test.error)}
            </p>
          )}
        </>
      }
    >
      <Button
        {...right}
        aria-label={t('Send test to {name}', { name })}
        onClick={() => !test.isPending && test.mutate()}
      >
        {t('Send test')}
      </Button>
      {kind !== 'web_push' && (
        <Button
          look="quiet"
          className="max-sm:px-2"
          {...right}
          aria-label={t('Edit {name}', { name })}
          onClick={onEdit}
        >
          {t('Edit')}
        </Button>
      )}
      <PauseButton channel={channel} right={right} />
      <Button
        look="quiet"
        className="max-sm:px-2"
        {...right}
        aria-label={t('Delete {name}', { name })}
        onClick={onDelete}
      >
        {t('Delete')}
      </Button>
    </Item>
  )
}

function HealthText({ channel }: { channel: ChannelJson }) {
  const { failures, failingSince, lastAcceptedAt, paused } = channel
  const last = lastAcceptedAt && <span>{rich('last delivered {time}', { time: <Ago at={lastAcceptedAt} /> })}</span>
  if (paused || failures === 0 || !failingSince) return last
  return (
    <span className="[overflow-wrap:anywhere]">
      {rich('since {time}, {attempts}', {
        time: <Clock at={failingSince} />,
        attempts: <span className="num">{attemptsText(failures)}</span>,
      })}
      <Waiting channelId={channel.id} />
      {last && <> · {last}</>}
    </span>
  )
}

/** What the provider said last, and when it is asked again. */
function Waiting({ channelId }: { channelId: string }) {
  const { data } = useQuery(waitingQuery(channelId))
  const said = data?.attempts.at(-1)
  return (
    <>
      {said && ` · ${said.reason || said.answer}`}
      {data?.nextAt && (
        <>
          {' · '}
          {rich('next attempt {time}', { time: <Clock at={data.nextAt} /> })}
        </>
      )}
      {' · '}
      <a
        href={`/alerts/log?channel=${channelId}`}
        onClick={followLink}
        className="text-accent underline underline-offset-2"
      >
        {t('Its messages')}
      </a>
    </>
  )
}

const outcomes: Record<ChannelTest['outcome'], { text: string; look: string }> = {
  accepted: { text: msg('The test was taken'), look: 'text-up-fg' },
  retry: { text: msg('The test was not taken, and would be tried again'), look: 'text-degraded-fg' },
  refused: { text: msg('The test was refused'), look: 'text-down-fg' },
}

export function TestAnswer({ test: { outcome, reason, answer } }: { test: ChannelTest }) {
  const { text, look } = outcomes[outcome]
  return (
    <p>
      <span className={`font-medium ${look}`}>{t(text)}</span>
      {reason && `: ${reason}`}
      {answer && (
        <>
          {' · '}
          <code className="text-12">{answer}</code>
        </>
      )}
    </p>
  )
}

interface PauseButtonProps {
  channel: ChannelJson
  right: { disabled: boolean; 'aria-describedby': string | undefined }
}

function PauseButton({ channel, right }: PauseButtonProps) {
  const client = useQueryClient()
  const { name, paused } = channel
  const { mutate, isPending } = useMutation({
    mutationFn: () => changeChannel(channel, { paused: !paused }),
    onSuccess: (changed) => {
      notify(paused ? t('{name} is told again.', { name }) : t('{name} is told nothing until you resume it.', { name }))
      client.setQueryData(channelsQuery.queryKey, (known) =>
        known?.map((one) => (one.id === changed.id ? changed : one)),
      )
    },
    onError: (error) => notify(t('Not changed. {reason}', { reason: failureText(error) }), { failed: true }),
    // Not waited for: the button says what it does next as soon as this is done, and has to do it then.
    onSettled: () => void client.invalidateQueries({ queryKey: alertKeys.all }),
  })
  return (
    <Button
      look="quiet"
      className="sm:min-w-22 max-sm:px-2"
      {...right}
      aria-label={paused ? t('Resume {name}', { name }) : t('Pause {name}', { name })}
      onClick={() => !isPending && mutate()}
    >
      {paused ? t('Resume') : t('Pause')}
    </Button>
  )
}
