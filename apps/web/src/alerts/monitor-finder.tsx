'use client'
import type { Monitor, MonitorPage } from '@repo/contracts/monitors'
import { Button } from '@repo/ui/button'
import { controlClass, Field } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../api/request.ts'

const SHOWN_COUNT = 8

/** A few monitors by what is typed, whatever the number of all of them. */
export function useFoundMonitors(text: string) {
  const params = new URLSearchParams({ limit: String(SHOWN_COUNT), sort: 'name', recent: '0' })
  if (text.trim()) params.set('text', text.trim())
  return useQuery({
    queryKey: ['monitors', 'finder', text.trim()],
    queryFn: async ({ signal }) => (await request<MonitorPage>(`/api/v1/monitors?${params}`, { signal })).items,
    placeholderData: (previous) => previous,
  })
}

interface MonitorFinderProps {
  id: string
  label: string
  /** Those that are chosen already, and not offered again. */
  without?: readonly string[]
  error?: string | undefined
  onPick: (monitor: Monitor) => void
}

/** Finds a monitor by its name or address, and gives it. */
export function MonitorFinder({ id, label, without = [], error, onPick }: MonitorFinderProps) {
  const [text, setText] = useState('')
  const { data } = useFoundMonitors(text)
  const offered = (data ?? []).filter((one) => !without.includes(one.id)).slice(0, SHOWN_COUNT)
  return (
    <div>
      <Field id={id} label={label} error={error}>
        <input
          id={id}
          type="search"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.preventDefault()
          }}
          placeholder={t('Find by name or URL')}
          autoComplete="off"
          spellCheck={false}
          aria-invalid={error ? true : undefined}
          className={controlClass(Boolean(error))}
        />
      </Field>
      <ul aria-label={t('{label}: found', { label })} className="mt-1.5 flex flex-wrap gap-1.5">
        {offered.map((monitor) => (
          <li key={monitor.id}>
            <Button className="max-w-60" onClick={() => onPick(monitor)}>
              <span className="truncate">{monitor.name}</span>
            </Button>
          </li>
        ))}
        {data && offered.length === 0 && <li className="text-13 text-muted">{t('None like it.')}</li>}
      </ul>
    </div>
  )
}
