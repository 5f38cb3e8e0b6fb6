'use client'
import type { ScheduleJson } from '@repo/contracts/on-call'
import { onCallLimits } from '@repo/domain/on-call'
import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { alertKeys, changeSchedule, createSchedule } from '../api/alert-queries.ts'
import { type FieldErrors, fieldErrorsOf } from '../form/field-errors.ts'
import { FormEnd } from '../settings/form-end.tsx'
import { notify } from '../shell/notices.tsx'
import { LayerFields } from './layer-fields.tsx'
import { type Layer, newLayer, scheduleErrors } from './schedule-draft.ts'

/** Makes a schedule, or changes one. */
export function ScheduleDialog({ schedule, onClose }: { schedule?: ScheduleJson; onClose: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState(schedule?.name ?? '')
  const [layers, setLayers] = useState<readonly Layer[]>(schedule?.layers ?? [newLayer()])
  const [errors, setErrors] = useState<FieldErrors>({})
  const [isBusy, setIsBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [errors])
  const set = (place: number, layer: Layer) => setLayers(layers.map((other, at) => (at === place ? layer : other)))

  async function save(): Promise<void> {
    const body = { name: name.trim(), layers: [...layers] }
    const found = await scheduleErrors(body)
    setErrors(found)
    if (Object.keys(found).length > 0) return
    setIsBusy(true)
    try {
      const saved = schedule ? await changeSchedule(schedule, body) : await createSchedule(body)
      notify(t('{name} is saved.', { name: saved.name }))
      await client.invalidateQueries({ queryKey: alertKeys.all })
      onClose()
    } catch (error) {
      setErrors(fieldErrorsOf(error, ['name']))
      setIsBusy(false)
    }
  }

  return (
    <Dialog title={schedule ? t('Edit {name}', { name: schedule.name }) : t('Add a schedule')} onClose={onClose} wide>
      <form
        ref={form}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isBusy) void save()
        }}
      >
        <TextField
          id="schedule-name"
          label={t('Name')}
          autoComplete="off"
          maxLength={100}
          placeholder={t('Nights')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={errors.name}
        />
        {layers.map((layer, place) => (
          <LayerFields
            // biome-ignore lint/suspicious/noArrayIndexKey: layers have no names of their own
            key={place}
            layer={layer}
            place={place}
            errors={errors}
            onChange={(changed) => set(place, changed)}
            {...(layers.length > 1 && { onRemove: () => setLayers(layers.filter((_, at) => at !== place)) })}
          />
        ))}
        {layers.length < onCallLimits.layers && (
          <div>
            <Button onClick={() => setLayers([...layers, newLayer()])}>{t('Add a layer')}</Button>
            <p className="mt-1.5 text-12 text-muted">{t('Where several have somebody, the last one counts.')}</p>
          </div>
        )}
        <FormEnd failure={errors.form} isBusy={isBusy} verb={[t('Save schedule'), t('Saving…')]} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
