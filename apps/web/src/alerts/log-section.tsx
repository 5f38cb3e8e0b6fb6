'use client'
import type { DeliveryJson } from '@repo/contracts/deliveries'
import type { PlannedEvent } from '@repo/domain/alert-plan'
import { type DeliveryState, deliveryStates } from '@repo/domain/delivery'
import { Button } from '@repo/ui/button'
import { DataRow, DataTable } from '@repo/ui/data-table'
import { Panel } from '@repo/ui/panel'
import { StatusLabel } from '@repo/ui/status'
import { msg, rich, t } from '@repo/ui/words'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { deliveriesQuery } from '../api/alert-queries.ts'
import { channelsQuery } from '../api/channels-query.ts'
import { readMore } from '../api/read-more.ts'
import { followLink, useSearchParam } from '../navigation.ts'
import { Reading } from '../settings/reading.tsx'
import { Clock } from '../shell/time.tsx'
import { attemptsText } from './channel-words.ts'
import { smallControl } from './chips.tsx'
import { eventNames, outcomeNames, partNames, stateLooks } from './log-words.ts'

const columns = [msg('When'), msg('What'), msg('To'), msg('State'), msg('What was said')]
/** Where the screen is narrow, these stand with what it was. */
const wideOnly = [msg('To'), msg('What was said')]

/** Every message, with all of its attempts, newest first. */
export function LogSection() {
  const [stateText, setState] = useSearchParam('state')
  const [channelId, setChannel] = useSearchParam('channel')
  const [incidentId, setIncident] = useSearchParam('incident')
  const state = deliveryStates.find((known) => known === stateText) ?? ''
  const log = useInfiniteQuery(deliveriesQuery({ state, channelId, incidentId }))
  const isFiltered = Boolean(state || channelId || incidentId)
  const clear = () => {
    setState('')
    setChannel('')
    setIncident('')
  }
  return (
    <Panel
      title={t('Log')}
      note={t('newest first')}
      action={
        <div className="flex flex-wrap items-center gap-2">
          <StateFilter value={state} onChange={setState} />
          <ChannelFilter value={channelId} onChange={setChannel} />
          {incidentId && <Button onClick={() => setIncident('')}>{t('Of all incidents')}</Button>}
        </div>
      }
    >
      <Reading query={log}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items)
          if (items.length === 0) return <Empty isFiltered={isFiltered} onClear={clear} />
          return (
            <DataTable
              label={t('Log of messages')}
              columns={columns.map((name) => t(name))}
              wideOnly={wideOnly.map((name) => t(name))}
            >
              {items.map((delivery) => (
                <DeliveryRow key={delivery.id} delivery={delivery} />
              ))}
            </DataTable>
          )
        }}
      </Reading>
      {log.hasNextPage && (
        <div className="mt-4">
          <Button onClick={() => void readMore(log)} disabled={log.isFetchingNextPage}>
            {log.isFetchingNextPage ? t('Reading…') : t('Older messages')}
          </Button>
        </div>
      )}
    </Panel>
  )
}

function Empty({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (!isFiltered) return <p className="text-muted">{t('Nobody was told anything yet. What is told stands here.')}</p>
  return (
    <div className="flex flex-wrap items-center gap-3">
      <p className="text-muted">{t('No message matches.')}</p>
      <Button onClick={onClear}>{t('Clear the filter')}</Button>
    </div>
  )
}

function StateFilter({ value, onChange }: { value: DeliveryState | ''; onChange: (state: string) => void }) {
  return (
    <select
      aria-label={t('State')}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      className={smallControl}
    >
      <option value="">{t('Every state')}</option>
      {deliveryStates.map((state) => (
        <option key={state} value={state}>
          {t(stateLooks[state].word)}
        </option>
      ))}
    </select>
  )
}

function ChannelFilter({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { data: channels = [] } = useQuery(channelsQuery)
  const isKnown = value === '' || channels.some(({ id }) => id === value)
  return (
    <select
      aria-label={t('Channel')}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      className={`${smallControl} max-w-48`}
    >
      <option value="">{t('Every channel')}</option>
      {!isKnown && <option value={value}>{t('another channel')}</option>}
      {channels.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}

function DeliveryRow({ delivery }: { delivery: DeliveryJson }) {
  const { event, part, state, channel, policy, about, incidentId, dueAt, nextAt, fallbackOf } = delivery
  const { status, word } = stateLooks[state]
  const by = policy ? t('by {policy}', { policy: policy.name }) : t('by a policy that is gone')
  return (
    <DataRow>
      <td className="max-md:whitespace-normal!">
        <Clock at={dueAt} />
      </td>
      <td className="max-md:w-full max-md:whitespace-normal!">
        <What event={event} note={t(partNames[part])} incidentId={incidentId} about={about} />
        <span className="block text-12 text-muted [overflow-wrap:anywhere] md:hidden">{channel.name}</span>
        <div className="text-12 md:hidden">
          <Attempts delivery={delivery} />
        </div>
      </td>
      <td className="max-md:hidden">
        <span className="block max-w-48 truncate font-medium" title={channel.name}>
          {channel.name}
        </span>
        <span className="block text-12 text-muted">
          {fallbackOf ? t('{by}, in place of one that failed', { by }) : by}
        </span>
      </td>
      <td className="max-md:whitespace-normal! max-md:pr-4!">
        <StatusLabel status={status} word={t(word)} />
        {nextAt && (
          <span className="block text-12 text-muted">
            {rich('next attempt {time}', { time: <Clock at={nextAt} /> })}
          </span>
        )}
      </td>
      <td className="w-full min-w-48 whitespace-normal! max-md:hidden">
        <Attempts delivery={delivery} />
      </td>
    </DataRow>
  )
}

interface WhatProps extends Pick<DeliveryJson, 'about' | 'incidentId'> {
  event: PlannedEvent
  note: string
}

function What({ event, note, incidentId, about }: WhatProps) {
  return (
    <>
      <span className="block font-medium">{t(eventNames[event])}</span>
      <AboutWhat about={about} />
      <span className="block text-12 text-muted">
        {note}
        {incidentId && (
          <>
            {note && ' · '}
            <a
              href={`/incidents/${incidentId}`}
              onClick={followLink}
              className="inline-block text-accent leading-6 underline underline-offset-2"
            >
              {t('incident')}
            </a>
          </>
        )}
      </span>
    </>
  )
}

function AboutWhat({ about }: Pick<DeliveryJson, 'about'>) {
  const [href, name] =
    about.kind === 'storm'
      ? ['/incidents', t('{count, plural, one {# monitor} other {# monitors}} in one storm', { count: about.monitors })]
      : [about.kind === 'monitor' ? `/monitors/${about.id}` : '/monitors?view=groups', about.name]
  return (
    <a
      href={href}
      onClick={followLink}
      title={name}
      className="block max-w-64 truncate text-accent leading-6 underline underline-offset-2"
    >
      {name}
    </a>
  )
}

/** The last of them in sight, and the others where somebody wants to know. */
function Attempts({ delivery: { id, attempts } }: { delivery: DeliveryJson }) {
  const last = attempts.at(-1)
  if (!last) return <span className="text-muted">{t('not tried yet')}</span>
  return (
    <details>
      <summary className="[overflow-wrap:anywhere]">
        {last.reason || last.answer || t(outcomeNames[last.outcome])}
        <span className="num text-12 text-muted"> · {attemptsText(attempts.length)}</span>
      </summary>
      <ol className="mt-1.5 flex flex-col gap-1.5">
        {attempts.toReversed().map(({ number, beganAt, outcome, reason, answer }) => (
          <li key={number} className="[overflow-wrap:anywhere]">
            <Clock at={beganAt} /> {t(outcomeNames[outcome])}
            {reason && `: ${reason}`}
            {answer && <code className="block text-12 text-muted">{answer}</code>}
          </li>
        ))}
      </ol>
      <p className="mt-1.5 text-12 text-muted">{rich('Its key, in every attempt: {id}', { id: <code>{id}</code> })}</p>
    </details>
  )
}
