'use client'
import type { Group } from '@repo/contracts/groups'
import type { MonitorPage } from '@repo/contracts/monitors'
import { targetOf } from '@repo/contracts/spec-target'
import { Button } from '@repo/ui/button'
import { controlClass } from '@repo/ui/field'
import { ScrollRegion } from '@repo/ui/scroll-region'
import { StatusGlyph, statusWord } from '@repo/ui/status'
import { numberText, rich, t } from '@repo/ui/words'
import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { failureText, request } from '../api/request.ts'

interface MonitorPickerProps {
  legend: string
  chosen: readonly string[]
  limit: number
  invalid?: boolean
  onChange: (chosen: string[]) => void
}

const SHOWN_COUNT = 50
const TYPING_PAUSE_MS = 150

function foundQuery(text: string) {
  const params = new URLSearchParams({ limit: String(SHOWN_COUNT), recent: '0', sort: 'name' })
  if (text) params.set('text', text)
  return queryOptions({
    queryKey: ['monitor-picker', text],
    queryFn: ({ signal }) => request<MonitorPage>(`/api/v1/monitors?${params}`, { signal }),
  })
}

/** Groups are few: a hundred of them are more than a person would look through. */
const groupChoiceQuery = queryOptions({
  queryKey: ['groups', 'choice'],
  queryFn: async ({ signal }) => (await request<{ items: Group[] }>('/api/v1/groups?limit=100', { signal })).items,
})

/** The names of all that were shown to choose from, and so of those that were chosen. */
export function pickedNames(client: QueryClient): [string, string][] {
  const pages = client.getQueriesData<MonitorPage>({ queryKey: ['monitor-picker'] })
  const groups = client.getQueryData(groupChoiceQuery.queryKey) ?? []
  return [
    ...groups.flatMap(({ members }) => members.map(({ monitorId, name }): [string, string] => [monitorId, name])),
    ...pages.flatMap(([, page]) => page?.items.map(({ id, name }): [string, string] => [id, name]) ?? []),
  ]
}

/** However many monitors there are, the API finds them by what is typed, and what was chosen stays chosen meanwhile. */
export function MonitorPicker({ legend, chosen, limit, invalid = false, onChange }: MonitorPickerProps) {
  const [text, setText] = useState('')
  const paused = usePaused(text)
  const { data, error, refetch } = useQuery({ ...foundQuery(paused), placeholderData: (previous) => previous })
  const known = new Set(chosen)
  const isFull = chosen.length >= limit
  const flip = (id: string) => onChange(known.has(id) ? chosen.filter((one) => one !== id) : [...chosen, id])
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-13 font-medium">
        {legend}{' '}
        <span role="status" className="font-normal text-muted">
          {rich('{count} chosen', { count: <span className="num">{numberText(chosen.length)}</span> })}
        </span>
      </legend>
      <div className="mb-2 flex flex-wrap gap-2">
        <input
          type="search"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
          placeholder={t('Find by name or URL')}
          aria-label={t('Find a monitor by name or URL')}
          aria-invalid={invalid ? true : undefined}
          autoComplete="off"
          spellCheck={false}
          className={`min-w-0 grow basis-48 ${controlClass(invalid)}`}
        />
        <GroupChoice onAdd={(ids) => onChange([...new Set([...chosen, ...ids])].slice(0, limit))} />
        {chosen.length > 0 && (
          <Button className="h-9" onClick={() => onChange([])}>
            {t('Clear')}
          </Button>
        )}
      </div>
      {error && (
        <div role="alert" className="flex flex-wrap items-center justify-between gap-3 py-1 text-down-fg">
          <p>{failureText(error)}</p>
          <Button onClick={() => void refetch()}>{t('Retry')}</Button>
        </div>
      )}
      <ScrollRegion
        label={t('{legend} to choose from', { legend })}
        className="h-52 rounded-control border border-line"
      >
        <ul>
          {data?.items.map(({ id, name, status, spec }) => (
            <li key={id} className="border-line border-t first:border-t-0">
              <label className="flex min-h-9 cursor-pointer items-center gap-3 px-3 py-1.5 hover:bg-hover pointer-coarse:min-h-11">
                <input
                  type="checkbox"
                  checked={known.has(id)}
                  disabled={isFull && !known.has(id)}
                  onChange={() => flip(id)}
                  className="size-4 shrink-0 accent-fg"
                />
                <span className="min-w-0 grow truncate">{name}</span>
                <span className="num max-w-[45%] truncate text-12 text-muted max-sm:hidden">{targetOf(spec)}</span>
                <StatusGlyph status={status} />
                <span className="sr-only">{statusWord[status]}</span>
              </label>
            </li>
          ))}
        </ul>
        {data?.items.length === 0 && <p className="px-3 py-3 text-muted">{t('No monitor matches.')}</p>}
        {data?.nextCursor && (
          <p className="border-line border-t px-3 py-2 text-12 text-muted">
            {t('The first {count} by name. Type to find the others.', { count: SHOWN_COUNT })}
          </p>
        )}
      </ScrollRegion>
    </fieldset>
  )
}

function GroupChoice({ onAdd }: { onAdd: (ids: string[]) => void }) {
  const { data: groups } = useQuery(groupChoiceQuery)
  if (!groups?.length) return null
  return (
    <select
      aria-label={t('Add the members of a group')}
      value=""
      onChange={(event) => {
        const group = groups.find(({ id }) => id === event.currentTarget.value)
        onAdd(group?.members.map(({ monitorId }) => monitorId) ?? [])
      }}
      className={`max-w-44 ${controlClass(false)}`}
    >
      <option value="">{t('Add a group…')}</option>
      {groups.map(({ id, name, members }) => (
        <option key={id} value={id}>
          {name} ({members.length})
        </option>
      ))}
    </select>
  )
}

function usePaused(text: string): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return paused
}
