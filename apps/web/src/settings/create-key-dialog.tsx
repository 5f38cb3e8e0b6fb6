'use client'
import type { Scope } from '@repo/domain/scope'
import { CopyField } from '@repo/ui/copy-field'
import { Dialog } from '@repo/ui/dialog'
import { controlClass, Field, TextField } from '@repo/ui/field'
import { RadioGroup } from '@repo/ui/radio-group'
import { msg, rich, t } from '@repo/ui/words'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { createKey, workspaceKeys } from '../api/workspace-queries.ts'
import type { NewApiKey } from '../api/workspace-types.ts'
import { WrongAtField } from '../form/field-errors.ts'
import { useForm } from '../form/use-form.ts'
import { FormEnd } from './form-end.tsx'
import { ScopeChoice } from './scope-choice.tsx'
import { ShownOnceDialog } from './shown-once-dialog.tsx'

export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<NewApiKey>()
  if (made) return <MadeDialog apiKey={made} onClose={onClose} />
  return (
    <Dialog title={t('Create an API key')} onClose={onClose}>
      <KeyForm onMade={setMade} onClose={onClose} />
    </Dialog>
  )
}

const reaches = ['read', 'write', 'chosen'] as const
type Reach = (typeof reaches)[number]

const reachOptions: readonly { value: Reach; text: string; note: string }[] = [
  { value: 'read', text: msg('Read'), note: msg('Everything, without changing it.') },
  { value: 'write', text: msg('Read and write'), note: msg('Everything that you may yourself.') },
  { value: 'chosen', text: msg('Some of it'), note: msg('By what it is about.') },
]

const lifetimesDays = [7, 30, 90, 365] as const

function KeyForm({ onMade, onClose }: { onMade: (key: NewApiKey) => void; onClose: () => void }) {
  const client = useQueryClient()
  const [reach, setReach] = useState<Reach>('read')
  const [chosen, setChosen] = useState<readonly Scope[]>([])
  const scopes = reach === 'chosen' ? chosen : [reach]
  const { props, isBusy, errors } = useForm({
    fields: ['name', 'scopes', 'expiresInDays'],
    needed: { name: t('A name is required.') },
    submit: async ({ name = '', expiresInDays = '' }) => {
      if (scopes.length === 0) throw new WrongAtField('scopes', t('Choose at least one.'))
      const lifetime = expiresInDays ? { expiresInDays: Number(expiresInDays) } : {}
      onMade(await createKey({ name: name.trim(), scopes: [...scopes], ...lifetime }))
      await client.invalidateQueries({ queryKey: workspaceKeys.keys })
    },
  })
  return (
    <form {...props} className="flex flex-col gap-4">
      <TextField
        id="key-name"
        name="name"
        label={t('Name')}
        autoComplete="off"
        required
        maxLength={100}
        hint={t('What uses it, such as the name of a script.')}
        error={errors.name}
      />
      <RadioGroup
        legend={t('It may')}
        look="rows"
        value={reach}
        options={reachOptions.map((option) => ({ ...option, text: t(option.text), note: t(option.note) }))}
        onChange={setReach}
      />
      {reach === 'chosen' && <ScopeChoice chosen={chosen} error={errors.scopes} onChange={setChosen} />}
      <Field id="key-lifetime" label={t('It ends')} error={errors.expiresInDays}>
        <select id="key-lifetime" name="expiresInDays" defaultValue="90" className={controlClass(false)}>
          {lifetimesDays.map((days) => (
            <option key={days} value={days}>
              {t('after {days} days', { days })}
            </option>
          ))}
          <option value="">{t('only when it is revoked')}</option>
        </select>
      </Field>
      <FormEnd failure={errors.form} isBusy={isBusy} verb={[t('Create key'), t('Creating…')]} onCancel={onClose} />
    </form>
  )
}

function MadeDialog({ apiKey, onClose }: { apiKey: NewApiKey; onClose: () => void }) {
  return (
    <ShownOnceDialog title={t('The key is made')} done={t('I have kept it')} onDone={onClose} wide>
      <p>
        {rich('Keep it where you keep passwords. It is shown {now}.', {
          now: <strong className="font-bold">{t('only now')}</strong>,
        })}
      </p>
      <CopyField id="new-key" label={t('The key "{name}"', { name: apiKey.name })} value={apiKey.key} />
      <CopyField
        id="new-key-example"
        label={t('Try it in a shell that has the key in KEY')}
        value={`curl -H "Authorization: Bearer $KEY" ${location.origin}/api/v1/monitors`}
      />
    </ShownOnceDialog>
  )
}
