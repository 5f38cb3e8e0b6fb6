'use client'
import type { Incident } from '@repo/contracts/incidents'
import { Dialog } from '@repo/ui/dialog'
import { controlClass, Field } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { incidentKeys, incidentsQuery, mergeIncident } from '../api/incident-queries.ts'
import { failureText } from '../api/request.ts'
import { stateLook } from '../incidents/incident-words.ts'
import { FormEnd } from '../settings/form-end.tsx'
import { Reading } from '../settings/reading.tsx'
import { notify } from '../shell/notices.tsx'
import { momentText } from '../shell/time.tsx'

/** Makes an incident a part of another: of those that last, or of the newest. */
export function MergeDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const client = useQueryClient()
  const [into, setInto] = useState('')
  const others = useInfiniteQuery(incidentsQuery({ limit: '100' }))
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => mergeIncident(incident.id, into),
    onSuccess: (merged) => {
      client.setQueryData(incidentKeys.one(incident.id), merged)
      void client.invalidateQueries({ queryKey: incidentKeys.all })
      notify(t('It is a part of the other now.'))
      onClose()
    },
  })
  return (
    <Dialog title={t('Merge into another incident')} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (into && !isPending) mutate()
        }}
      >
        <p>{t('Where it lasts, it ends. Both timelines say so; reopening takes it out again.')}</p>
        <Reading query={others}>
          {({ pages }) => {
            const choices = pages
              .flatMap((page) => page.items)
              .filter(({ id, mergedInto }) => id !== incident.id && mergedInto === null)
            if (choices.length === 0) return <p className="text-muted">{t('There is no other incident.')}</p>
            return (
              <Field id="merge-into" label={t('Into')}>
                <select
                  id="merge-into"
                  value={into}
                  onChange={(event) => setInto(event.currentTarget.value)}
                  className={controlClass(false)}
                >
                  <option value="">{t('Choose one')}</option>
                  {choices.map((one) => (
                    <option key={one.id} value={one.id}>
                      {one.monitor.name}, {momentText(Date.parse(one.beganAt))}, {stateLook(one).word.toLowerCase()}
                    </option>
                  ))}
                </select>
              </Field>
            )
          }}
        </Reading>
        <FormEnd
          failure={error ? failureText(error) : undefined}
          isBusy={isPending}
          verb={[t('Merge'), t('Merging…')]}
          isReady={into !== ''}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}
