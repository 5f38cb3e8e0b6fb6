'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { changeMonitor, createMonitor } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import {
  changedMonitorBody,
  type DraftErrors,
  draftErrors,
  draftErrorsOf,
  type MonitorDraft,
  newMonitorBody,
} from './monitor-draft.ts'

interface SaveMonitor {
  save(draft: MonitorDraft): void
  readonly isSaving: boolean
  readonly errors: DraftErrors
}

/** Creates a monitor, or changes `current`. However often a button is pressed, one save is under way at most. */
export function useSaveMonitor(onSaved: (monitor: Monitor) => void, current?: Monitor): SaveMonitor {
  const client = useQueryClient()
  const [errors, setErrors] = useState<DraftErrors>({})
  const busy = useRef(false)
  const { mutate, isPending, isSuccess } = useMutation({
    mutationFn: (draft: MonitorDraft) =>
      current ? changeMonitor(current.id, changedMonitorBody(draft, current)) : createMonitor(newMonitorBody(draft)),
    onSuccess: (monitor) => {
      void client.invalidateQueries({ queryKey: ['monitors'] })
      onSaved(monitor)
    },
    onError: (error) => {
      busy.current = false
      setErrors(draftErrorsOf(error, failureText(error)))
    },
  })

  async function save(draft: MonitorDraft): Promise<void> {
    if (busy.current) return
    busy.current = true
    const found = await findErrors(draft, current)
    setErrors(found)
    if (Object.keys(found).length > 0) busy.current = false
    else mutate(draft)
  }

  return { save: (draft) => void save(draft), isSaving: isPending || isSuccess, errors }
}

/** By the API's own schema, which is loaded when it is first needed. */
async function findErrors(draft: MonitorDraft, current: Monitor | undefined): Promise<DraftErrors> {
  const { changeMonitorSchema, createMonitorSchema } = await import('@repo/contracts/monitors')
  const parsed = current
    ? changeMonitorSchema.safeParse(changedMonitorBody(draft, current))
    : createMonitorSchema.safeParse(newMonitorBody(draft))
  if (parsed.success) return {}
  return draftErrors(parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })))
}
