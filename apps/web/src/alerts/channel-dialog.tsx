'use client'
import type { ChannelJson } from '@repo/contracts/alert-channels'
import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import { controlClass, Field, noteIdOf, TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { alertKeys, changeChannel, createChannel } from '../api/alert-queries.ts'
import { membersQuery } from '../api/workspace-queries.ts'
import type { FieldErrors } from '../form/field-errors.ts'
import { useForm } from '../form/use-form.ts'
import { FormEnd } from '../settings/form-end.tsx'
import { notify } from '../shell/notices.tsx'
import { type ChannelField, channelFields, inputName, settingsFrom } from './channel-fields.ts'
import { channelKinds, kindName, type OfferedKind } from './channel-kinds.ts'
import { KindPicker } from './kind-picker.tsx'
import { useMyId } from './use-names.ts'

interface ChannelDialogProps {
  /** The one that is changed; a new one without it. */
  channel?: ChannelJson
  onMade: (channel: ChannelJson) => void
  onClose: () => void
}

export function ChannelDialog({ channel, onMade, onClose }: ChannelDialogProps) {
  const [kind, setKind] = useState<OfferedKind | undefined>(channel?.kind as OfferedKind | undefined)
  if (!kind)
    return (
      <Dialog title={t('Add a channel')} onClose={onClose} wide>
        <KindPicker onPick={setKind} />
      </Dialog>
    )
  const title = channel ? t('Edit {name}', { name: channel.name }) : t('Add {kind}', { kind: kindName(kind) })
  return (
    <Dialog key={kind} title={title} onClose={onClose}>
      <ChannelForm kind={kind} onMade={onMade} onClose={onClose} {...(channel && { channel })}>
        {!channel && (
          <p className="flex flex-wrap items-center justify-between gap-2 text-13 text-muted">
            {t('You need {note}.', { note: t(channelKinds[kind].note) })}
            <Button look="quiet" onClick={() => setKind(undefined)}>
              {t('Another kind')}
            </Button>
          </p>
        )}
      </ChannelForm>
    </Dialog>
  )
}

interface ChannelFormProps extends ChannelDialogProps {
  kind: OfferedKind
  children: ReactNode
}

function ChannelForm({ kind, channel, onMade, onClose, children }: ChannelFormProps) {
  const client = useQueryClient()
  const fields = channelFields(kind)
  const stored = channel?.settings ?? {}
  const [replaced, setReplaced] = useState<readonly string[]>([])
  const kept = new Set(
    fields
      .filter(({ name, isSecret }) => isSecret && name in stored && !replaced.includes(name))
      .map(({ name }) => name),
  )
  const { props, isBusy, errors } = useForm({
    fields: ['name', 'userId', 'kind', ...fields.map(({ name }) => inputName(name))],
    needed: neededOf(fields, kept),
    submit: async (values) => {
      const settings = settingsFrom({ fields, values, kept })
      const name = (values.name ?? '').trim()
      const made = channel
        ? await changeChannel(channel, { name, settings })
        : await createChannel({ name, kind, userId: values.userId || null, settings })
      const { name: named } = made
      notify(channel ? t('{name} is saved.', { name: named }) : t('{name} is set up.', { name: named }))
      await client.invalidateQueries({ queryKey: alertKeys.all })
      onMade(made)
    },
  })
  return (
    <form {...props} className="flex flex-col gap-4">
      {children}
      <TextField
        id="channel-name"
        name="name"
        label={t('Name')}
        autoComplete="off"
        required
        maxLength={100}
        defaultValue={channel?.name ?? ''}
        placeholder={channelKinds[kind].reach === 'room' ? '#ops' : t('My {kind}', { kind: kindName(kind) })}
        error={errors.name}
      />
      {!channel && <OwnerField kind={kind} error={errors.userId} />}
      {fields.map((field) => (
        <SettingField
          key={field.name}
          field={field}
          stored={stored[field.name]}
          error={errorAt(errors, field.name)}
          isKept={kept.has(field.name)}
          onReplace={() => setReplaced([...replaced, field.name])}
        />
      ))}
      <FormEnd
        failure={errors.form ?? errors.kind}
        isBusy={isBusy}
        verb={channel ? [t('Save'), t('Saving…')] : [t('Add channel'), t('Adding…')]}
        onCancel={onClose}
      />
    </form>
  )
}

function neededOf(fields: readonly ChannelField[], kept: ReadonlySet<string>): Record<string, string> {
  const needed = fields.filter(({ name, isNeeded }) => isNeeded && !kept.has(name))
  return {
    name: t('A name is required.'),
    ...Object.fromEntries(needed.map(({ name }) => [inputName(name), t('This is required.')])),
  }
}

function errorAt(errors: FieldErrors, name: string): string | undefined {
  return errors[inputName(name)]
}

/** A person is told by their own channels wherever they are to be told; a room only where a policy names it. */
function OwnerField({ kind, error }: { kind: OfferedKind; error: string | undefined }) {
  const myId = useMyId()
  const { data: members } = useQuery(membersQuery)
  const others = members?.filter(({ userId }) => userId !== myId) ?? []
  if (!myId) return null
  return (
    <Field
      id="channel-owner"
      label={t('Whom it tells')}
      hint={t('A person hears by it whatever they are to be told; a room what a policy sends there.')}
      error={error}
    >
      <select
        id="channel-owner"
        name="userId"
        aria-describedby={noteIdOf('channel-owner')}
        defaultValue={channelKinds[kind].reach === 'room' ? '' : myId}
        className={controlClass(Boolean(error))}
      >
        <option value="">{t('a room, or whoever looks there')}</option>
        <option value={myId}>{t('me')}</option>
        {others.map(({ userId, username }) => (
          <option key={userId} value={userId}>
            {username}
          </option>
        ))}
      </select>
    </Field>
  )
}

interface SettingFieldProps {
  field: ChannelField
  stored: unknown
  error: string | undefined
  isKept: boolean
  onReplace: () => void
}

function SettingField({ field, stored, error, isKept, onReplace }: SettingFieldProps) {
  const { name, label, hint, placeholder, isSecret, isLong } = field
  const id = `channel-${name}`
  if (isKept) return <KeptSecret id={id} label={label} error={error} onReplace={onReplace} />
  const shared = {
    ...{ id, name: inputName(name), autoComplete: 'off', spellCheck: false },
    ...(placeholder !== undefined && { placeholder }),
  }
  if (isLong)
    return (
      <Field id={id} label={label} hint={hint} error={error}>
        <textarea
          {...shared}
          rows={3}
          aria-invalid={error ? true : undefined}
          aria-describedby={hint || error ? noteIdOf(id) : undefined}
          className={`num py-2 ${controlClass(Boolean(error))} h-auto!`}
        />
      </Field>
    )
  return (
    <TextField
      {...shared}
      label={label}
      hint={hint}
      error={error}
      className="num"
      defaultValue={typeof stored === 'string' ? stored : ''}
      // An address that is a secret is read while it is typed; a token is not.
      type={isSecret && name !== 'url' ? 'password' : 'text'}
      {...(isSecret && name !== 'url' && { autoComplete: 'new-password' })}
    />
  )
}

interface KeptSecretProps {
  id: string
  label: string
  error: string | undefined
  onReplace: () => void
}

/** What was saved is never read again: it stays, or is given anew. */
function KeptSecret({ id, label, error, onReplace }: KeptSecretProps) {
  return (
    <div>
      <p className="text-13 font-medium">{label}</p>
      <div className="mt-1.5 flex items-center justify-between gap-3">
        <p className="num text-muted">
          •••••••• <span className="sr-only">{t('is kept')}</span>
        </p>
        <Button id={id} aria-label={t('Replace {label}', { label })} onClick={onReplace}>
          {t('Replace')}
        </Button>
      </div>
      {error && (
        <p role="alert" className="text-13 text-down-fg">
          {error}
        </p>
      )}
    </div>
  )
}
