'use client'
import type { Simulation } from '@repo/contracts/alerts'
import type { PlannedEvent } from '@repo/domain/alert-plan'
import { Button } from '@repo/ui/button'
import { controlClass, Field } from '@repo/ui/field'
import { Panel } from '@repo/ui/panel'
import { dateText, msg, numberText, rich, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { simulationQuery } from '../api/alert-queries.ts'
import type { Simulate } from '../api/alert-types.ts'
import { monitorQuery } from '../api/queries.ts'
import { Reading } from '../settings/reading.tsx'
import { kindName } from './channel-kinds.ts'
import { MonitorFinder, useFoundMonitors } from './monitor-finder.tsx'

interface SimulatorProps {
  /** What is written and not saved yet: it is asked for as if it were. */
  draft?: Simulate['draft']
  /** The one that is asked about first. */
  monitorId?: string | undefined
}

const lasts = [
  [null, msg('does not come back')],
  [60, msg('is up again after 1 min')],
  [600, msg('is up again after 10 min')],
  [3_600, msg('is up again after 1 h')],
  [28_800, msg('is up again after 8 h')],
] as const
const acknowledgements = [
  [null, msg('nobody looks after it')],
  [300, msg('somebody does after 5 min')],
  [1_800, msg('somebody does after 30 min')],
  [7_200, msg('somebody does after 2 h')],
] as const

/** What people would be told if something went down: the same function answers by which they are told. */
export function Simulator({ draft = null, monitorId = '' }: SimulatorProps) {
  const { data: monitors } = useFoundMonitors('')
  const { data: meant } = useQuery({ ...monitorQuery(monitorId), enabled: monitorId !== '' })
  const [picked, setPicked] = useState<{ id: string; name: string }>()
  const [isFinding, setIsFinding] = useState(false)
  const [at, setAt] = useState(tonight)
  const [severity, setSeverity] = useState<Simulate['severity']>('down')
  const [lastsSeconds, setLasts] = useState<number | null>(null)
  const [acknowledgedAfterSeconds, setAcknowledged] = useState<number | null>(null)
  const monitor = picked ?? meant ?? monitors?.[0]
  const atMs = Date.parse(at)
  return (
    <Panel title={t('What if')} note={t('nobody is told')}>
      {monitors?.length === 0 ? (
        <p className="text-muted">{t('Once something is watched, this says who would be told of it.')}</p>
      ) : (
        <div className="flex flex-col gap-3">
          <div className="flex items-center justify-between gap-3">
            <p className="min-w-0 truncate">
              {rich('If {monitor}', { monitor: <strong className="font-bold">{monitor?.name ?? ''}</strong> })}
            </p>
            <Button look="quiet" aria-expanded={isFinding} onClick={() => setIsFinding(!isFinding)}>
              {t('Another monitor')}
            </Button>
          </div>
          {isFinding && (
            <MonitorFinder
              id="what-if-monitor"
              label={t('Monitor')}
              onPick={(found) => {
                setPicked(found)
                setIsFinding(false)
              }}
            />
          )}
          <Field id="what-if-severity" label={t('is')}>
            <select
              id="what-if-severity"
              value={severity}
              onChange={(event) => setSeverity(event.currentTarget.value === 'degraded' ? 'degraded' : 'down')}
              className={controlClass(false)}
            >
              <option value="down">{t('down')}</option>
              <option value="degraded">{t('degraded')}</option>
            </select>
          </Field>
          <Field id="what-if-at" label={t('from')}>
            <input
              id="what-if-at"
              type="datetime-local"
              value={at}
              onChange={(event) => setAt(event.currentTarget.value)}
              className={`num ${controlClass(false)}`}
            />
          </Field>
          <Choice id="what-if-lasts" label={t('and')} options={lasts} value={lastsSeconds} onChange={setLasts} />
          <Choice
            id="what-if-acknowledged"
            label={t('while')}
            options={acknowledgements}
            value={acknowledgedAfterSeconds}
            onChange={setAcknowledged}
          />
          {monitor && !Number.isNaN(atMs) && (
            <Answer
              asked={{
                ...{ monitorId: monitor.id, at: new Date(atMs).toISOString(), severity },
                ...{ lastsSeconds, acknowledgedAfterSeconds, draft },
              }}
            />
          )}
        </div>
      )}
    </Panel>
  )
}

/** Three in the morning: the hour of which people want to know. */
function tonight(): string {
  const day = new Date(Date.now() + 86_400_000)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}T03:00`
}

interface ChoiceProps {
  id: string
  label: string
  options: readonly (readonly [number | null, string])[]
  value: number | null
  onChange: (value: number | null) => void
}

function Choice({ id, label, options, value, onChange }: ChoiceProps) {
  return (
    <Field id={id} label={label}>
      <select
        id={id}
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}
        className={controlClass(false)}
      >
        {options.map(([seconds, text]) => (
          <option key={text} value={seconds ?? ''}>
            {t(text)}
          </option>
        ))}
      </select>
    </Field>
  )
}

const eventWords: Record<PlannedEvent, string> = {
  down: msg('is down'),
  degraded: msg('is degraded'),
  reopened: msg('is down again'),
  storm: msg('many are down'),
  was_down: msg('was down'),
  recovered: msg('is up again'),
  advisory: msg('fails from one region'),
  warning: msg('ends soon'),
}

function Answer({ asked }: { asked: Simulate }) {
  const query = useQuery({ ...simulationQuery(asked), placeholderData: (previous) => previous })
  return (
    <div className="border-line border-t pt-3" aria-live="polite">
      <Reading query={query}>{(simulation) => <Told simulation={simulation} />}</Reading>
    </div>
  )
}

const SHOWN_COUNT = 20
const when = {
  ...({ weekday: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const),
}

function Told({ simulation: { items, isCut } }: { simulation: Simulation }) {
  if (items.length === 0) return <p className="font-medium text-down-fg">{t('Nobody would be told.')}</p>
  return (
    <>
      <p className="mb-1.5 font-medium">{t('then, within two days,')}</p>
      <ol aria-label={t('What would be told')} className="text-13">
        {items.slice(0, SHOWN_COUNT).map(({ at, event, part, channel, policy }) => (
          <li
            key={`${at} ${channel.id} ${part} ${policy.id}`}
            className="flex gap-3 border-line border-t py-1.5 first:border-t-0"
          >
            <time dateTime={at} className="shrink-0 whitespace-nowrap">
              {dateText(Date.parse(at), when)}
            </time>
            <span className="min-w-0 [overflow-wrap:anywhere]">
              {part === 'again'
                ? t('{channel} hears that it {event}, again', { channel: channel.name, event: t(eventWords[event]) })
                : t('{channel} hears that it {event}', { channel: channel.name, event: t(eventWords[event]) })}
              <span className="block text-12 text-muted">
                {t('{kind}, by {policy}', { kind: kindName(channel.kind), policy: policy.name })}
              </span>
            </span>
          </li>
        ))}
      </ol>
      {items.length > SHOWN_COUNT && (
        <p className="num mt-1.5 text-13 text-muted">
          {isCut
            ? t('and {count} or more times more', { count: numberText(items.length - SHOWN_COUNT) })
            : t('and {count} times more', { count: numberText(items.length - SHOWN_COUNT) })}
        </p>
      )}
    </>
  )
}
