'use client'
import type { AlertRule } from '@repo/contracts/alerts'
import { controlClass, Field } from '@repo/ui/field'
import { RadioGroup } from '@repo/ui/radio-group'
import { msg, numberText, t } from '@repo/ui/words'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { groupsQuery } from '../api/alert-queries.ts'
import { monitorQuery } from '../api/queries.ts'
import type { FieldErrors } from '../form/field-errors.ts'
import { Chips, smallControl, Wrong } from './chips.tsx'
import { MonitorFinder } from './monitor-finder.tsx'
import { errorWithin } from './policy-draft.ts'

type Choice = AlertRule['monitors']

const options = [
  { value: 'all', text: msg('All monitors'), note: msg('Also those that are added later.') },
  { value: 'tags', text: msg('Those with a tag'), note: msg('One of these is enough.') },
  { value: 'groups', text: msg('Those in a group'), note: msg('And the group itself, when it does not work.') },
  { value: 'monitors', text: msg('Those named here'), note: msg('And no other.') },
] as const

interface MonitorsFieldProps {
  choice: Choice
  errors: FieldErrors
  onChange: (choice: Choice) => void
}

export function MonitorsField({ choice, errors, onChange }: MonitorsFieldProps) {
  const error = errorWithin(errors, 'rule.monitors')
  return (
    <div className="flex flex-col gap-3">
      <RadioGroup
        legend={t('Of which monitors')}
        look="rows"
        value={choice.kind}
        options={options.map((option) => ({ ...option, text: t(option.text), note: t(option.note) }))}
        onChange={(kind) => onChange(emptyChoice(kind))}
      />
      {choice.kind === 'tags' && <TagsPart tags={choice.tags} error={error} onChange={onChange} />}
      {choice.kind === 'groups' && <GroupsPart groupIds={choice.groupIds} error={error} onChange={onChange} />}
      {choice.kind === 'monitors' && <MonitorsPart ids={choice.monitorIds} error={error} onChange={onChange} />}
    </div>
  )
}

function emptyChoice(kind: Choice['kind']): Choice {
  switch (kind) {
    case 'all':
      return { kind }
    case 'tags':
      return { kind, tags: [] }
    case 'groups':
      return { kind, groupIds: [] }
    case 'monitors':
      return { kind, monitorIds: [] }
  }
}

interface PartProps {
  error: string | undefined
  onChange: (choice: Choice) => void
}

function TagsPart({ tags, error, onChange }: PartProps & { tags: readonly string[] }) {
  const [text, setText] = useState(tags.join(', '))
  return (
    <Field id="policy-tags" label={t('Tags')} hint={t('With commas between them.')} error={error}>
      <input
        id="policy-tags"
        value={text}
        autoComplete="off"
        spellCheck={false}
        placeholder={t('prod, shop')}
        aria-invalid={error ? true : undefined}
        onChange={(event) => {
          const typed = event.currentTarget.value
          setText(typed)
          const named = typed.split(',').map((tag) => tag.trim())
          onChange({ kind: 'tags', tags: [...new Set(named.filter(Boolean))] })
        }}
        className={controlClass(Boolean(error))}
      />
    </Field>
  )
}

function GroupsPart({ groupIds, error, onChange }: PartProps & { groupIds: readonly string[] }) {
  const { data: groups = [] } = useQuery(groupsQuery)
  const set = (ids: string[]) => onChange({ kind: 'groups', groupIds: ids })
  const others = groups.filter(({ id }) => !groupIds.includes(id))
  return (
    <div>
      <Chips
        label={t('Groups')}
        chips={groupIds.map((id) => {
          const name = groups.find((group) => group.id === id)?.name
          return { key: id, text: name ?? t('a group that is gone'), isGone: name === undefined }
        })}
        onRemove={(id) => set(groupIds.filter((other) => other !== id))}
      >
        <select
          aria-label={t('Add a group')}
          value=""
          aria-invalid={error ? true : undefined}
          onChange={(event) => set([...groupIds, event.currentTarget.value])}
          className={`${smallControl} max-w-48`}
        >
          <option value="">{groups.length === 0 ? t('There is no group yet') : t('Add…')}</option>
          {others.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Chips>
      <Wrong>{error}</Wrong>
    </div>
  )
}

const NAMED_COUNT = 20

function MonitorsPart({ ids, error, onChange }: PartProps & { ids: readonly string[] }) {
  const named = ids.slice(0, NAMED_COUNT)
  const read = useQueries({ queries: named.map((id) => monitorQuery(id)) })
  const set = (monitorIds: string[]) => onChange({ kind: 'monitors', monitorIds })
  return (
    <div className="flex flex-col gap-3">
      {ids.length > 0 && (
        <Chips
          label={t('Monitors')}
          chips={named.map((id, place) => {
            const one = read[place]
            return {
              key: id,
              text: one?.data?.name ?? (one?.error ? t('a monitor that is gone') : '…'),
              isGone: Boolean(one?.error),
            }
          })}
          onRemove={(id) => set(ids.filter((other) => other !== id))}
        >
          {ids.length > NAMED_COUNT && (
            <span className="num text-13 text-muted">
              {t('and {count} more', { count: numberText(ids.length - NAMED_COUNT) })}
            </span>
          )}
        </Chips>
      )}
      <MonitorFinder
        id="policy-monitors"
        label={t('Add a monitor')}
        without={ids}
        error={error}
        onPick={({ id }) => set([...ids, id])}
      />
    </div>
  )
}
