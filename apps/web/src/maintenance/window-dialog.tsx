'use client'
import type { Window } from '@repo/contracts/maintenance'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { failureText, RequestFailed } from '../api/request.ts'
import { FormEnd } from '../settings/form-end.tsx'
import { notify } from '../shell/notices.tsx'
import { AnnouncementFields } from './announcement-fields.tsx'
import { CoverFields } from './cover-fields.tsx'
import { changeWindow, createWindow } from './maintenance-queries.ts'
import { PreviewList } from './preview-list.tsx'
import { ScheduleFields } from './schedule-fields.tsx'
import { readAnew } from './use-window-deeds.ts'
import { type WindowDraft, type WindowErrors, windowBody, windowErrors } from './window-draft.ts'

interface WindowDialogProps {
  draft: WindowDraft
  /** The one that is changed; without it a new one is planned. */
  window?: Window
  onClose: () => void
}

export function WindowDialog({ draft: initial, window, onClose }: WindowDialogProps) {
  const [draft, setDraft] = useState(initial)
  const { save, isBusy, errors } = useSaveWindow(window, onClose)
  const form = useFocusOnError(errors)
  const set = (change: Partial<WindowDraft>) => setDraft((current) => ({ ...current, ...change }))
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void save(draft)
  }
  return (
    <Dialog title={window ? t('Edit {name}', { name: window.name }) : t('Plan maintenance')} onClose={onClose} wide>
      <form ref={form} noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
        <TextField
          id="window-name"
          label={t('Name')}
          autoComplete="off"
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={errors.name}
        />
        <ScheduleFields draft={draft} errors={errors} onChange={set} />
        <PreviewList draft={draft} ownId={window?.id} />
        <CoverFields draft={draft} errors={errors} onChange={set} />
        <AnnouncementFields draft={draft} errors={errors} onChange={set} />
        <FormEnd
          failure={errors.form}
          isBusy={isBusy}
          verb={window ? [t('Save'), t('Saving…')] : [t('Plan it'), t('Planning…')]}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}

function useSaveWindow(window: Window | undefined, onClose: () => void) {
  const client = useQueryClient()
  const [errors, setErrors] = useState<WindowErrors>({})
  const [isBusy, setIsBusy] = useState(false)
  const busy = useRef(false)

  async function save(draft: WindowDraft): Promise<void> {
    if (busy.current) return
    busy.current = true
    setIsBusy(true)
    const found = await findErrors(draft)
    setErrors(found)
    try {
      if (Object.keys(found).length > 0) return
      const body = windowBody(draft)
      const saved = await (window ? changeWindow(window.id, body) : createWindow(body))
      notify(
        window
          ? t('Saved.')
          : saved.state === 'now'
            ? t('{name} has begun.', { name: saved.name })
            : t('{name} is planned.', { name: saved.name }),
      )
      onClose()
      await readAnew(client)
    } catch (error) {
      const named = error instanceof RequestFailed ? error.problem?.errors : undefined
      setErrors(named?.length ? windowErrors(named) : { form: failureText(error) })
    } finally {
      busy.current = false
      setIsBusy(false)
    }
  }

  return { save, isBusy, errors }
}

/** By the API's own schema, which is loaded when it is first needed. */
async function findErrors(draft: WindowDraft): Promise<WindowErrors> {
  const { createWindowSchema } = await import('@repo/contracts/maintenance')
  const parsed = createWindowSchema.safeParse(windowBody(draft))
  if (parsed.success) return {}
  return windowErrors(parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })))
}

function useFocusOnError(errors: WindowErrors) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [errors])
  return form
}
