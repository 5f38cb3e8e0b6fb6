'use client'
import type { ScheduleJson } from '@repo/contracts/on-call'
import { Dialog } from '@repo/ui/dialog'
import { controlClass, Field, TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { alertKeys, createOverride } from '../api/alert-queries.ts'
import { membersQuery } from '../api/workspace-queries.ts'
import { WrongAtField } from '../form/field-errors.ts'
import { useForm } from '../form/use-form.ts'
import { FormEnd } from '../settings/form-end.tsx'
import { notify } from '../shell/notices.tsx'
import { useMyId } from './use-names.ts'

/** Somebody is on call in place of whoever would be. */
export function OverrideDialog({ schedule, onClose }: { schedule: ScheduleJson; onClose: () => void }) {
  const client = useQueryClient()
  const myId = useMyId()
  const { data: members = [] } = useQuery(membersQuery)
  const { props, isBusy, errors } = useForm({
    fields: ['userId', 'from', 'to'],
    needed: { userId: t('Choose somebody.'), from: t('A beginning is required.'), to: t('An end is required.') },
    submit: async ({ userId = '', from = '', to = '' }) => {
      const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
      if (toMs <= fromMs) throw new WrongAtField('to', t('It ends before it begins.'))
      const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }
      await createOverride(schedule.id, { userId, ...span })
      notify(t('Saved: somebody else is on call then.'))
      await client.invalidateQueries({ queryKey: alertKeys.all })
      onClose()
    },
  })
  return (
    <Dialog title={t('Stand in, {name}', { name: schedule.name })} onClose={onClose}>
      <form {...props} className="flex flex-col gap-4">
        <Field id="override-person" label={t('On call is')} error={errors.userId}>
          <select
            id="override-person"
            name="userId"
            key={members.length}
            defaultValue={myId}
            className={controlClass(Boolean(errors.userId))}
          >
            {members.map(({ userId, username }) => (
              <option key={userId} value={userId}>
                {userId === myId ? t('{username} (you)', { username }) : username}
              </option>
            ))}
          </select>
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            id="override-from"
            name="from"
            label={t('From')}
            type="datetime-local"
            className="num"
            error={errors.from}
          />
          <TextField
            id="override-to"
            name="to"
            label={t('Until')}
            type="datetime-local"
            className="num"
            error={errors.to}
          />
        </div>
        <FormEnd failure={errors.form} isBusy={isBusy} verb={[t('Save'), t('Saving…')]} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
