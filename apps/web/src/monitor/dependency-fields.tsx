'use client'
import type { Dependencies } from '@repo/contracts/dependencies'
import { Button } from '@repo/ui/button'
import { StatusLabel } from '@repo/ui/status'
import { t } from '@repo/ui/words'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { failureText, request } from '../api/request.ts'
import { MonitorPicker } from '../maintenance/monitor-picker.tsx'
import { Reading } from '../settings/reading.tsx'
import { notify } from '../shell/notices.tsx'
import { useMay } from '../shell/use-may.ts'

/** As many as the API takes. */
const PARENTS_LIMIT = 20

function dependenciesQuery(id: string) {
  return queryOptions({
    queryKey: ['monitors', 'dependencies', id],
    queryFn: ({ signal }) => request<Dependencies>(dependenciesPath(id), { signal }),
    staleTime: 0,
  })
}

function dependenciesPath(id: string): string {
  return `/api/v1/monitors/${encodeURIComponent(id)}/dependencies`
}

/** What a monitor hangs on: while that is down, nobody is told that this one is. Saved by itself, as the API has it. */
export function DependencyFields({ id }: { id: string }) {
  const query = useQuery(dependenciesQuery(id))
  return (
    <section aria-label={t('Hangs on')} className="mt-5 border-line border-t pt-4">
      <h3 className="text-13 font-medium">{t('Hangs on')}</h3>
      <p className="mb-2 text-12 text-muted">{t('While one of these is down, nobody is told that this monitor is.')}</p>
      <Reading query={query}>{(dependencies) => <Known id={id} dependencies={dependencies} />}</Reading>
    </section>
  )
}

function Known({ id, dependencies: { parents, children } }: { id: string; dependencies: Dependencies }) {
  const [isChoosing, setIsChoosing] = useState(false)
  const mayChange = useMay('member')
  const known = parents.map((parent) => parent.id)
  if (isChoosing) return <Choosing id={id} known={known} onClose={() => setIsChoosing(false)} />
  return (
    <>
      {parents.length === 0 && <p className="text-muted">{t('Nothing.')}</p>}
      <ul className="flex flex-col gap-1">
        {parents.map(({ id: parentId, name, status }) => (
          <li key={parentId} className="flex flex-wrap items-baseline gap-x-3">
            <span className="[overflow-wrap:anywhere]">{name}</span>
            <StatusLabel status={status} className="text-13" />
          </li>
        ))}
      </ul>
      {children.length > 0 && (
        <p className="mt-2 text-13 text-muted [overflow-wrap:anywhere]">
          {t('On it hang {names}.', { names: children.map(({ name }) => name).join(', ') })}
        </p>
      )}
      {mayChange && (
        <Button className="mt-3" onClick={() => setIsChoosing(true)}>
          {t('Choose what it hangs on')}
        </Button>
      )}
    </>
  )
}

function Choosing({ id, known, onClose }: { id: string; known: readonly string[]; onClose: () => void }) {
  const client = useQueryClient()
  const [chosen, setChosen] = useState(known)
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => request<Dependencies>(dependenciesPath(id), { method: 'PUT', body: { parentIds: chosen } }),
    onSuccess: (dependencies) => {
      client.setQueryData(dependenciesQuery(id).queryKey, dependencies)
      notify(t('Saved.'))
      onClose()
    },
  })
  return (
    <>
      <MonitorPicker legend={t('Monitors')} chosen={chosen} limit={PARENTS_LIMIT} onChange={setChosen} />
      {error && (
        <p role="alert" className="mt-2 text-13 text-down-fg [overflow-wrap:anywhere]">
          {failureText(error)}
        </p>
      )}
      <div className="mt-3 flex justify-end gap-2">
        <Button onClick={onClose}>{t('Keep it as it is')}</Button>
        <Button disabled={isPending} onClick={() => mutate()}>
          {isPending ? t('Saving…') : t('Save what it hangs on')}
        </Button>
      </div>
    </>
  )
}
