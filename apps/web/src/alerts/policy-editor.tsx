'use client'
import type { AlertPolicyJson } from '@repo/contracts/alerts'
import { alertLimits, alertTopics } from '@repo/domain/alert-policy'
import { Button } from '@repo/ui/button'
import { intervalText } from '@repo/ui/duration'
import { controlClass, Field, TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { alertKeys, changePolicy, createPolicy } from '../api/alert-queries.ts'
import { channelsQuery } from '../api/channels-query.ts'
import { isCode } from '../api/request.ts'
import { type FieldErrors, fieldErrorsOf } from '../form/field-errors.ts'
import { useUnsaved } from '../form/use-unsaved.tsx'
import { navigate } from '../navigation.ts'
import { notify } from '../shell/notices.tsx'
import { useMay } from '../shell/use-may.ts'
import { Chips, smallControl, Wrong } from './chips.tsx'
import { Checks } from './days-field.tsx'
import { MonitorsField } from './monitors-field.tsx'
import { NoRight } from './no-right.tsx'
import { draftOf, errorWithin, findErrors, isSameDraft, newDraft, type PolicyDraft } from './policy-draft.ts'
import { ruleText, topicWords } from './policy-words.ts'
import { QuietField } from './quiet-field.tsx'
import { Simulator } from './simulator.tsx'
import { StepsField } from './steps-field.tsx'
import { useNames } from './use-names.ts'

const listPath = '/alerts/policies'

/** Everything that a policy says, with what it would mean beside it. */
export function PolicyEditor({ policy }: { policy?: AlertPolicyJson }) {
  const [first] = useState(() => (policy ? draftOf(policy) : newDraft()))
  const [draft, setDraft] = useState<PolicyDraft>(first)
  const [begunWith] = useState(policy)
  const { question, release } = useUnsaved(!isSameDraft(draft, first))
  const { save, isBusy, errors } = useSave({ policy: begunWith, onSaved: release })
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const simulated = useSettled(draft)
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_360px]">
      <section aria-labelledby="policy-heading" className="min-w-0">
        <h2 id="policy-heading" ref={heading} tabIndex={-1} className="text-20 font-bold outline-none">
          {policy ? policy.name : t('A new policy')}
        </h2>
        <PolicyForm draft={draft} errors={errors} isBusy={isBusy} onChange={setDraft} onSave={() => void save(draft)} />
      </section>
      <Simulator
        monitorId={simulated.rule.monitors.kind === 'monitors' ? simulated.rule.monitors.monitorIds[0] : undefined}
        draft={{ policyId: policy?.id ?? null, name: simulated.name.trim() || t('this policy'), rule: simulated.rule }}
      />
      {question}
    </div>
  )
}

/** The last draft that was right: what is half typed is asked of nobody. */
function useSettled(draft: PolicyDraft): PolicyDraft {
  const [settled, setSettled] = useState(draft)
  useEffect(() => {
    let isCurrent = true
    const timer = setTimeout(async () => {
      const errors = await findErrors({ ...draft, name: 'any' })
      if (isCurrent && Object.keys(errors).length === 0) setSettled(draft)
    }, 300)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [draft])
  return settled
}

interface Saving {
  policy: AlertPolicyJson | undefined
  onSaved: () => void
}

function useSave({ policy, onSaved }: Saving) {
  const client = useQueryClient()
  const [errors, setErrors] = useState<FieldErrors>({})
  const [isBusy, setIsBusy] = useState(false)
  const busy = useRef(false)

  async function send(draft: PolicyDraft): Promise<void> {
    const found = await findErrors(draft)
    setErrors(found)
    if (Object.keys(found).length > 0) return
    const body = { name: draft.name.trim(), rule: draft.rule }
    try {
      const saved = policy ? await changePolicy(policy, body) : await createPolicy(body)
      onSaved()
      notify(t('{name} is saved.', { name: saved.name }))
      navigate(listPath)
      await client.invalidateQueries({ queryKey: alertKeys.all })
    } catch (error) {
      setErrors(refusalOf(error))
    }
  }

  async function save(draft: PolicyDraft): Promise<void> {
    if (busy.current) return
    busy.current = true
    setIsBusy(true)
    await send(draft)
    busy.current = false
    setIsBusy(false)
  }
  return { save, isBusy, errors }
}

function refusalOf(error: unknown): FieldErrors {
  if (isCode(error, 'changed_meanwhile'))
    return { form: t('Somebody else changed this policy meanwhile. Leave it and open it anew to see how it is now.') }
  const named = fieldErrorsOf(error, [])
  const problems = (error as { problem?: { errors?: { field: string; message: string }[] } }).problem?.errors ?? []
  return problems.length > 0 ? Object.fromEntries(problems.map(({ field, message }) => [field, message])) : named
}

interface PolicyFormProps {
  draft: PolicyDraft
  errors: FieldErrors
  isBusy: boolean
  onChange: (draft: PolicyDraft) => void
  onSave: () => void
}

function PolicyForm({ draft, errors, isBusy, onChange, onSave }: PolicyFormProps) {
  const { name, rule } = draft
  const names = useNames()
  const mayChange = useMay('member')
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [errors])
  const change = (part: Partial<PolicyDraft['rule']>) => onChange({ name, rule: { ...rule, ...part } })
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSave()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) onSave()
      }}
    >
      <p className="mt-1 mb-4 text-muted">{ruleText(rule, names)}</p>
      {!mayChange && <NoRight />}
      <Part>
        <TextField
          id="policy-name"
          label={t('Name')}
          autoComplete="off"
          maxLength={100}
          value={name}
          onChange={(event) => onChange({ name: event.currentTarget.value, rule })}
          error={errors.name}
        />
      </Part>
      <Part>
        <MonitorsField choice={rule.monitors} errors={errors} onChange={(monitors) => change({ monitors })} />
      </Part>
      <Part>
        <Checks
          legend={t('Of what')}
          values={alertTopics}
          chosen={rule.topics}
          textOf={(topic) => t(topicWords[topic])}
          error={errorWithin(errors, 'rule.topics')}
          onChange={(topics) => change({ topics })}
        />
      </Part>
      <Part title={t('Whom, and when')} note={t('A later step comes only while nobody has acknowledged it.')}>
        <StepsField steps={rule.steps} errors={errors} onChange={(steps) => change({ steps })} />
        <RepeatField
          value={rule.repeatEverySeconds}
          onChange={(repeatEverySeconds) => change({ repeatEverySeconds })}
        />
      </Part>
      <Part title={t('Quiet hours')}>
        <QuietField quiet={rule.quiet} errors={errors} onChange={(quiet) => change({ quiet })} />
      </Part>
      <Part
        title={t('Where a channel fails')}
        note={t('The first of these that was not told yet is told in its place.')}
      >
        <FallbackField
          ids={rule.fallbackChannelIds}
          error={errorWithin(errors, 'rule.fallbackChannelIds')}
          onChange={(fallbackChannelIds) => change({ fallbackChannelIds })}
        />
      </Part>
      <div className="border-line border-t pt-4">
        {Object.keys(errors).length > 0 && (
          <p role="alert" className="mb-3 text-down-fg">
            {errors.form ?? t('Not saved: something above is not right yet.')}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={() => navigate(listPath)}>{t('Back')}</Button>
          <Button
            type="submit"
            look="primary"
            disabled={isBusy || !mayChange}
            aria-describedby={mayChange ? undefined : 'no-right'}
          >
            {isBusy ? t('Saving…') : t('Save policy')}
          </Button>
        </div>
      </div>
    </form>
  )
}

function Part({ title, note, children }: { title?: string; note?: string; children: ReactNode }) {
  return (
    <div className="border-line border-t py-4">
      {title && <h3 className="text-14 font-bold">{title}</h3>}
      {note && <p className="mb-3 text-12 text-muted">{note}</p>}
      <div className={title && !note ? 'mt-3' : ''}>{children}</div>
    </div>
  )
}

const repeatChoices = [300, 600, 1_800, 3_600, 14_400, 86_400]

function RepeatField({ value, onChange }: { value: number | null; onChange: (seconds: number | null) => void }) {
  const choices = [...new Set([...repeatChoices, ...(value === null ? [] : [value])])].toSorted((a, b) => a - b)
  return (
    <div className="mt-4 max-w-72">
      <Field id="policy-repeat" label={t('The last step comes again')}>
        <select
          id="policy-repeat"
          value={value ?? ''}
          onChange={(event) => onChange(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}
          className={controlClass(false)}
        >
          <option value="">{t('never')}</option>
          {choices.map((seconds) => (
            <option key={seconds} value={seconds}>
              {t('every {interval}, until somebody acknowledges', { interval: intervalText(seconds) })}
            </option>
          ))}
        </select>
      </Field>
    </div>
  )
}

interface FallbackFieldProps {
  ids: readonly string[]
  error: string | undefined
  onChange: (ids: string[]) => void
}

function FallbackField({ ids, error, onChange }: FallbackFieldProps) {
  const names = useNames()
  const { data: channels = [] } = useQuery(channelsQuery)
  return (
    <>
      <Chips
        label={t('Fallbacks')}
        chips={ids.map((id) => {
          const name = names.channel(id)
          return { key: id, text: name ?? t('a channel that is gone'), isGone: name === undefined }
        })}
        onRemove={(id) => onChange(ids.filter((other) => other !== id))}
      >
        {ids.length < alertLimits.fallbacks && (
          <select
            aria-label={t('Add a fallback')}
            value=""
            onChange={(event) => onChange([...ids, event.currentTarget.value])}
            className={`${smallControl} max-w-48`}
          >
            <option value="">{t('Add…')}</option>
            {channels
              .filter(({ id }) => !ids.includes(id))
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </select>
        )}
      </Chips>
      <Wrong>{error}</Wrong>
    </>
  )
}
