'use client'
import type { IncidentCounts } from '@repo/contracts/incidents'
import { outcomeCodes } from '@repo/domain/outcome'
import { msg, numberText, spoken, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { monitorQuery, regionsQuery } from '../api/queries.ts'
import { Choice, filterControl } from '../form/choice.tsx'
import { type IncidentFilterState, ranges, states } from './use-filter.ts'

const stateWords = spoken({ open: msg('Open'), acknowledged: msg('Acknowledged'), resolved: msg('Resolved') })

const wide = 'w-32 max-md:w-full'

interface FilterBarProps {
  filter: IncidentFilterState
  counts: IncidentCounts | undefined
}

export function FilterBar({ filter, counts }: FilterBarProps) {
  const { data: regions } = useQuery(regionsQuery)
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <fieldset className="flex min-h-8 flex-wrap gap-2">
        <legend className="sr-only">{t('State')}</legend>
        <Chip pressed={filter.state === ''} onPress={() => filter.setState('')}>
          {t('All')} <Count value={counts && counts.open + counts.resolved} />
        </Chip>
        {states.map((state) => (
          <Chip
            key={state}
            pressed={filter.state === state}
            onPress={() => filter.setState(filter.state === state ? '' : state)}
          >
            {stateWords[state]} <Count value={counts?.[state]} />
          </Chip>
        ))}
      </fieldset>
      <div className="flex flex-wrap gap-2 max-md:grid max-md:w-full max-md:grid-cols-2">
        <Choice className={wide} label={t('Time')} value={filter.range} onChange={filter.setRange}>
          {ranges.map(({ value, text }) => (
            <option key={value} value={value}>
              {t(text)}
            </option>
          ))}
        </Choice>
        {filter.range === 'custom' && (
          <>
            <Day label={t('First day')} value={filter.fromDay} filter={filter} onChange={filter.setFromDay} />
            <Day label={t('Last day')} value={filter.toDay} filter={filter} onChange={filter.setToDay} />
          </>
        )}
        <Choice className={wide} label={t('Severity')} value={filter.severity} onChange={filter.setSeverity}>
          <option value="">{t('Any severity')}</option>
          <option value="down">{t('Down')}</option>
          <option value="degraded">{t('Degraded')}</option>
        </Choice>
        <Choice className={wide} label={t('Cause')} value={filter.code} onChange={filter.setCode}>
          <option value="">{t('Any cause')}</option>
          {outcomeCodes
            .filter((code) => code !== 'OK')
            .toSorted()
            .map((code) => (
              <option key={code}>{code}</option>
            ))}
        </Choice>
        <Choice className={wide} label={t('Region')} value={filter.region} onChange={filter.setRegion}>
          <option value="">{t('Any region')}</option>
          {withOwn(regions?.items.map(({ name }) => name) ?? [], filter.region).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Choice>
        <input
          type="search"
          aria-label={t('Tag')}
          placeholder={t('Any tag')}
          defaultValue={filter.tag}
          key={filter.tag}
          maxLength={40}
          onKeyDown={(event) => {
            if (event.key === 'Enter') filter.setTag(event.currentTarget.value.trim())
          }}
          onBlur={(event) => filter.setTag(event.currentTarget.value.trim())}
          className={`w-28 placeholder:text-muted max-md:w-full ${filterControl}`}
        />
        {filter.monitorId && <OfMonitor id={filter.monitorId} onClear={() => filter.setMonitorId('')} />}
      </div>
      {filter.isTurned && (
        <p id={turnedId} role="alert" className="basis-full text-13 text-down-fg">
          {t('The first day is after the last one: no incident can be between them.')}
        </p>
      )}
    </div>
  )
}

interface DayProps {
  label: string
  value: string
  filter: IncidentFilterState
  onChange: (value: string) => void
}

function Day({ label, value, filter: { isTurned }, onChange }: DayProps) {
  return (
    <input
      type="date"
      aria-label={label}
      aria-invalid={isTurned || undefined}
      aria-describedby={isTurned ? turnedId : undefined}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      className={`num ${wide} ${filterControl}`}
    />
  )
}

const turnedId = 'days-turned'

/** What stands in the address is among the choices, whether anybody knows it or not. */
function withOwn(names: readonly string[], own: string): readonly string[] {
  return own && !names.includes(own) ? [...names, own] : names
}

function OfMonitor({ id, onClear }: { id: string; onClear: () => void }) {
  const { data: monitor } = useQuery(monitorQuery(id))
  return (
    <button
      type="button"
      onClick={onClear}
      className="inline-flex h-8 min-w-0 max-w-64 items-center gap-2 rounded-full border border-fg bg-surface px-3 text-13 font-medium pointer-coarse:h-11"
    >
      <span className="truncate">{monitor?.name ?? t('One monitor')}</span>
      <span aria-hidden="true">×</span>
      <span className="sr-only">{t('Show all monitors')}</span>
    </button>
  )
}

function Chip({ pressed, onPress, children }: { pressed: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onPress}
      className="inline-flex h-8 items-center gap-1.5 rounded-full border border-line bg-surface px-3 text-13 font-medium hover:border-control aria-pressed:border-fg forced-colors:aria-pressed:border-3 pointer-coarse:h-11"
    >
      {children}
    </button>
  )
}

function Count({ value }: { value: number | undefined }) {
  return <span className="num font-normal text-muted">{value === undefined ? '' : numberText(value)}</span>
}
