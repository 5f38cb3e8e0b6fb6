'use client'
import { noticeLimits, type PageIncident, type TouchedComponents } from '@repo/contracts/page-notices'
import type { Impact, Phase } from '@repo/domain/status-page'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { WrongAtField } from '../form/field-errors.ts'
import { useForm } from '../form/use-form.ts'
import { localInput } from '../maintenance/zone-time.ts'
import { FormEnd } from '../settings/form-end.tsx'
import { notify } from '../shell/notices.tsx'
import { BodyField } from './body-field.tsx'
import { changeIncident, createIncident } from './notice-queries.ts'
import { impactWords, phaseWords } from './notice-words.ts'
import { pagesKey } from './page-queries.ts'
import { PublishChoice } from './publish-choice.tsx'
import { TouchedFields } from './touched-fields.tsx'
import { unlessChanged } from './use-notice-deed.ts'
import { WordSelect } from './word-select.tsx'

interface IncidentDialogProps {
  pageId: string
  names: ReadonlyMap<string, string>
  /** The one that is changed; without it a new one is told of, with its first update. */
  incident?: PageIncident
  onClose: () => void
}

/** What the page says of an incident as a whole. */
export function IncidentDialog({ pageId, names, incident: given, onClose }: IncidentDialogProps) {
  // As it was when it was opened: what others write meanwhile is not overwritten by it.
  const [incident] = useState(given)
  const client = useQueryClient()
  const [touched, setTouched] = useState<TouchedComponents>(incident?.components ?? [])
  const [isPublished, setIsPublished] = useState(true)
  const { props, isBusy, errors } = useForm({
    fields: incident ? ['title', 'impact', 'beganAt'] : ['title', 'impact', 'beganAt', 'phase', 'body'],
    needed: {
      title: t('What is it called?'),
      ...(incident ? {} : { body: t('What are people to know?') }),
    },
    submit: async ({ title = '', impact, beganAt = '', phase, body = '' }) => {
      const said = { title, impact: impact as Impact, components: touched, ...beganFrom(beganAt, incident) }
      if (incident) await unlessChanged(() => changeIncident({ pageId, incident }, said))
      else await createIncident(pageId, { ...said, phase: phase as Phase, body, publish: isPublished })
      await client.invalidateQueries({ queryKey: pagesKey })
      notify(incident ? t('Saved.') : isPublished ? t('It is public.') : t('It is kept as a draft.'))
      onClose()
    },
  })
  return (
    <Dialog
      title={incident ? t('Edit {name}', { name: incident.title }) : t('Tell of an incident')}
      onClose={onClose}
      wide
    >
      <form {...props} className="flex flex-col gap-4">
        <TextField
          id="incident-title"
          name="title"
          label={t('Title')}
          autoComplete="off"
          defaultValue={incident?.title}
          error={errors.title}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <WordSelect
            id="incident-impact"
            name="impact"
            label={t('Impact')}
            words={impactWords}
            initial={incident?.impact ?? 'minor'}
          />
          {!incident && (
            <WordSelect
              id="incident-phase"
              name="phase"
              label={t('Phase')}
              words={phaseWords}
              initial="investigating"
            />
          )}
        </div>
        <TextField
          id="incident-began"
          name="beganAt"
          type="datetime-local"
          label={t('Began')}
          hint={incident ? undefined : t('Now, where it is empty.')}
          defaultValue={incident && localInput(Date.parse(incident.beganAt))}
          error={errors.beganAt}
        />
        <TouchedFields names={names} touched={touched} onChange={setTouched} />
        {!incident && (
          <>
            <BodyField id="incident-body" name="body" label={t('Text')} error={errors.body} />
            <PublishChoice isPublished={isPublished} onChange={setIsPublished} />
          </>
        )}
        <FormEnd
          failure={errors.form}
          isBusy={isBusy}
          verb={incident || !isPublished ? [t('Save'), t('Saving…')] : [t('Publish'), t('Publishing…')]}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}

/**
 * When it began, by the clock of whoever writes it. What was not changed is left out, for the field knows minutes alone.
 *
 * @throws WrongAtField
 */
function beganFrom(local: string, incident: PageIncident | undefined): { beganAt?: string } {
  if (local === '' || (incident && local === localInput(Date.parse(incident.beganAt)))) return {}
  const beganAtMs = new Date(local).getTime()
  if (beganAtMs > Date.now()) throw new WrongAtField('beganAt', t('That is still to come.'))
  if (beganAtMs < Date.now() - noticeLimits.beganWithinMs)
    throw new WrongAtField('beganAt', t('That is more than a year ago.'))
  if (incident?.resolvedAt && beganAtMs > Date.parse(incident.resolvedAt))
    throw new WrongAtField('beganAt', t('That is after its end.'))
  return { beganAt: new Date(beganAtMs).toISOString() }
}
