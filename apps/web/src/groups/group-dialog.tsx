'use client'
import type { Group } from '@repo/contracts/groups'
import { Dialog } from '@repo/ui/dialog'
import { TextField } from '@repo/ui/field'
import { RadioGroup } from '@repo/ui/radio-group'
import { ScrollRegion } from '@repo/ui/scroll-region'
import { t } from '@repo/ui/words'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { failureText } from '../api/request.ts'
import { type FieldErrors, fieldErrorsOf } from '../form/field-errors.ts'
import { MonitorPicker, pickedNames } from '../maintenance/monitor-picker.tsx'
import { FormEnd } from '../settings/form-end.tsx'
import { notify } from '../shell/notices.tsx'
import { changeGroup, createGroup, type GroupBody, type GroupRule, groupsKey } from './group-queries.ts'

interface GroupDraft {
  readonly name: string
  readonly kind: GroupRule['kind']
  readonly count: string
  readonly threshold: string
  readonly monitorIds: readonly string[]
  readonly weights: Readonly<Record<string, string>>
}

const MEMBERS_LIMIT = 200

export function GroupDialog({ group, onClose }: { group?: Group; onClose: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(group))
  const set = (change: Partial<GroupDraft>) => setDraft((current) => ({ ...current, ...change }))
  const { save, isBusy, errors } = useSaveGroup(group, onClose)
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void save(bodyOf(draft))
  }
  return (
    <Dialog title={group ? t('Edit {name}', { name: group.name }) : t('Make a group')} onClose={onClose} wide>
      <form noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
        <TextField
          id="group-name"
          label={t('Name')}
          autoComplete="off"
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={errors.name}
        />
        <MonitorPicker
          legend={t('Members')}
          chosen={draft.monitorIds}
          limit={MEMBERS_LIMIT}
          invalid={Boolean(errors.members)}
          onChange={(monitorIds) => set({ monitorIds })}
        />
        <RuleFields draft={draft} errors={errors} onChange={set} />
        {draft.kind === 'weight' && <Weights draft={draft} group={group} onChange={set} />}
        <FormEnd
          failure={errors.form ?? errors.members}
          isBusy={isBusy}
          verb={group ? [t('Save'), t('Saving…')] : [t('Make it'), t('Making…')]}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}

interface DraftPartProps {
  draft: GroupDraft
  onChange: (change: Partial<GroupDraft>) => void
}

function RuleFields({ draft, errors, onChange }: DraftPartProps & { errors: FieldErrors }) {
  return (
    <>
      <RadioGroup
        legend={t('It works while')}
        look="rows"
        value={draft.kind}
        options={[
          { value: 'all', text: t('every member works') },
          { value: 'any', text: t('one member works') },
          { value: 'atLeast', text: t('so many members work') },
          { value: 'weight', text: t('the members that work weigh so much together') },
        ]}
        onChange={(kind) => onChange({ kind })}
      />
      {draft.kind === 'atLeast' && (
        <TextField
          id="group-count"
          label={t('How many have to work')}
          inputMode="numeric"
          className="num max-w-32"
          value={draft.count}
          onChange={(event) => onChange({ count: event.currentTarget.value })}
          error={errors['rule.count']}
        />
      )}
      {draft.kind === 'weight' && (
        <TextField
          id="group-threshold"
          label={t('How much they have to weigh')}
          inputMode="numeric"
          className="num max-w-32"
          value={draft.threshold}
          onChange={(event) => onChange({ threshold: event.currentTarget.value })}
          error={errors['rule.threshold']}
        />
      )}
    </>
  )
}

function Weights({ draft, group, onChange }: DraftPartProps & { group: Group | undefined }) {
  const names = namesOf(useQueryClient(), group)
  return (
    <ScrollRegion label={t('Weights of the members')} className="max-h-52 rounded-control border border-line">
      <ul>
        {draft.monitorIds.map((id) => (
          <li key={id} className="border-line border-t first:border-t-0">
            <label className="flex min-h-9 items-center gap-3 px-3 py-1">
              <span className="min-w-0 grow truncate">{names.get(id) ?? id}</span>
              <input
                inputMode="numeric"
                value={draft.weights[id] ?? '1'}
                onChange={(event) => onChange({ weights: { ...draft.weights, [id]: event.currentTarget.value } })}
                className="num h-8 w-16 rounded-control border border-control bg-surface px-2 text-right pointer-coarse:h-11"
              />
            </label>
          </li>
        ))}
      </ul>
    </ScrollRegion>
  )
}

/** Whoever was chosen was shown to choose from, or is a member already. */
function namesOf(client: QueryClient, group: Group | undefined): Map<string, string> {
  const own = group?.members.map(({ monitorId, name }) => [monitorId, name] as const) ?? []
  return new Map([...own, ...pickedNames(client)])
}

function useSaveGroup(group: Group | undefined, onClose: () => void) {
  const client = useQueryClient()
  const [errors, setErrors] = useState<FieldErrors>({})
  const [isBusy, setIsBusy] = useState(false)

  async function save(body: GroupBody): Promise<void> {
    if (isBusy) return
    setIsBusy(true)
    try {
      const saved = await (group ? changeGroup(group.id, body) : createGroup(body))
      notify(group ? t('Saved.') : t('{name} is made.', { name: saved.name }))
      onClose()
      await client.invalidateQueries({ queryKey: groupsKey })
    } catch (error) {
      const found = fieldErrorsOf(error, ['name', 'rule.count', 'rule.threshold', 'members'])
      setErrors(Object.keys(found).length > 0 ? found : { form: failureText(error) })
    } finally {
      setIsBusy(false)
    }
  }

  return { save, isBusy, errors }
}

function draftOf(group: Group | undefined): GroupDraft {
  const rule: GroupRule = group?.rule ?? { kind: 'all' }
  return {
    name: group?.name ?? '',
    kind: rule.kind,
    count: rule.kind === 'atLeast' ? String(rule.count) : '1',
    threshold: rule.kind === 'weight' ? String(rule.threshold) : '1',
    monitorIds: group?.members.map(({ monitorId }) => monitorId) ?? [],
    weights: Object.fromEntries(group?.members.map(({ monitorId, weight }) => [monitorId, String(weight)]) ?? []),
  }
}

function bodyOf({ name, monitorIds, weights, ...draft }: GroupDraft): GroupBody {
  const members = monitorIds.map((monitorId) => ({ monitorId, weight: Number(weights[monitorId] ?? '1') }))
  return { name, rule: ruleOf(draft), members }
}

function ruleOf({ kind, count, threshold }: Pick<GroupDraft, 'kind' | 'count' | 'threshold'>): GroupRule {
  if (kind === 'atLeast') return { kind, count: Number(count) }
  if (kind === 'weight') return { kind, threshold: Number(threshold) }
  return { kind }
}
