'use client'
import type { CreateMonitor, Monitor } from '@repo/contracts/monitors'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { changeMonitor, createMonitor } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { showWish } from '../api/wishes.ts'
import {
  changedMonitorBody,
  type DraftErrors,
  draftErrors,
  draftErrorsOf,
  type MonitorDraft,
  newMonitorBody,
} from './monitor-draft.ts'

interface SaveMonitor {
  /** `looks`: what was seen of a new one before it is saved. */
  save(draft: MonitorDraft, looks?: readonly string[]): void
  readonly isSaving: boolean
  readonly errors: DraftErrors
}

interface Saving {
  readonly draft: MonitorDraft
  readonly looks: readonly string[]
}

/** Creates a monitor, or changes `current`. However often a button is pressed, one save is under way at most. */
export function useSaveMonitor(onSaved: (monitor: Monitor) => void, current?: Monitor): SaveMonitor {
  const client = useQueryClient()
  const [errors, setErrors] = useState<DraftErrors>({})
  const busy = useRef(false)
  const tried = useRef<{ text: string; key: string }>(undefined)
  const { mutate, isPending, isSuccess } = useMutation({
    mutationFn: ({ draft, looks }: Saving) => {
      if (current) return changeMonitor(current.id, changedMonitorBody(draft, current))
      const body = newMonitorBody(draft, looks)
      return createMonitor(body, keyOf(body))
    },
    onSuccess: (monitor) => {
      // A list that is being read may be that of before.
      showWish(client, new Set([monitor.id]), () => monitor).grant()
      void client.invalidateQueries({ queryKey: ['monitors'] })
      onSaved(monitor)
    },
    onError: (error) => {
      busy.current = false
      setErrors(draftErrorsOf(error, failureText(error)))
    },
  })

  /** The same for the same: where an answer was lost on its way, another try makes no second monitor. */
  function keyOf(body: CreateMonitor): string {
    const text = JSON.stringify(body)
    if (tried.current?.text !== text) tried.current = { text, key: crypto.randomUUID() }
    return tried.current.key
  }

  async function save(saving: Saving): Promise<void> {
    const { draft } = saving
    if (busy.current) return
    busy.current = true
    const found = await findErrors(draft, current)
    setErrors(found)
    if (Object.keys(found).length > 0) busy.current = false
    else mutate(saving)
  }

  return { save: (draft, looks = []) => void save({ draft, looks }), isSaving: isPending || isSuccess, errors }
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
