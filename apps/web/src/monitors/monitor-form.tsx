'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { Button } from '@repo/ui/button'
import { intervalText } from '@repo/ui/duration'
import { controlClass, Field, TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { NoRight } from '../alerts/no-right.tsx'
import { regionsQuery } from '../api/queries.ts'
import { useMay } from '../shell/use-may.ts'
import { AlertOutlook } from './alert-outlook.tsx'
import { unshownExpectations } from './expectation-draft.ts'
import { ExpectationFields, QuorumField } from './expectation-fields.tsx'
import { FirstLook } from './first-look.tsx'
import { askedDelay, type DraftErrors, hostOf, type MonitorDraft, newSpec } from './monitor-draft.ts'
import { SecretFields } from './secret-fields.tsx'
import { looksOf, useTestRun } from './use-test-run.ts'

interface MonitorFormProps {
  initial: MonitorDraft
  errors: DraftErrors
  isSaving: boolean
  saveLabel: string
  /** Whether everything is in view from the start; a new monitor needs no more than its URL. */
  unfolded: boolean
  /** The one that is there and is changed. */
  current?: Monitor
  /** Something was typed that is not saved. */
  onChange?: () => void
  /** `looks`: what was seen of it before it is saved. */
  onSave: (draft: MonitorDraft, looks: readonly string[]) => void
  onCancel: () => void
}

export function MonitorForm({ initial, errors, onChange, ...props }: MonitorFormProps) {
  const { isSaving, saveLabel, unfolded, current, onSave, onCancel } = props
  const mayChange = useMay('member')
  const [draft, setDraft] = useState(initial)
  const asked = unfolded || !mayChange ? undefined : lookOf(draft)
  const run = useTestRun(asked)
  const change = (part: Partial<MonitorDraft>) => {
    onChange?.()
    setDraft((current) => ({ ...current, ...part }))
  }
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [errors])
  const shown = { ...(run.kind === 'refused' && run.errors), ...errors }
  const { url: _url, form: _form, ...advanced } = shown
  const formError =
    errors.form ??
    (unfolded
      ? unseenOf(draft)
          .map((field) => errors[field])
          .find(Boolean)
      : undefined)
  const refusedFor = Object.keys(advanced).length > 0 && run.kind === 'refused'
  return (
    <form
      ref={form}
      noValidate
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        event.currentTarget.requestSubmit()
      }}
      onSubmit={(event) => {
        event.preventDefault()
        if (mayChange) onSave(draft, looksOf(run))
      }}
      className="flex flex-col gap-4"
    >
      <fieldset disabled={!mayChange} className="contents">
        <TextField
          id="monitor-url"
          label={draft.isWebsite ? t('URL') : t('Target')}
          readOnly={!draft.isWebsite}
          inputMode="url"
          autoComplete="url"
          spellCheck={false}
          required
          placeholder="https://example.com/"
          className="num"
          value={draft.url}
          onChange={(event) => change({ url: event.currentTarget.value })}
          error={errors.url}
        />
        {asked && draft.url.trim() !== '' && !refusedFor && <FirstLook asked={asked} run={run} />}
        <details open={unfolded || Object.keys(advanced).length > 0 || undefined} className="group">
          <summary className="inline-flex h-6 items-center rounded-control text-13 font-medium text-muted hover:text-fg">
            <svg
              width="12"
              height="12"
              viewBox="0 0 12 12"
              fill="none"
              aria-hidden="true"
              className="mr-1 transition-transform group-open:rotate-90"
            >
              <path d="m4 2 4 4-4 4" stroke="currentColor" strokeWidth="1.5" />
            </svg>
            {t('Advanced')}
            <span className="num ml-2 font-normal group-open:hidden">
              {t('every {interval}', { interval: intervalText(draft.intervalSeconds) })}
            </span>
          </summary>
          <AdvancedFields draft={draft} errors={shown} current={current} onChange={change} />
        </details>
      </fieldset>
      {draft.isProbed && <AlertOutlook asked={askedDelay(draft, current?.id)} isRead={!mayChange || unfolded} />}
      {formError && (
        <p role="alert" className="text-13 text-down-fg">
          {formError}
        </p>
      )}
      {!mayChange && <NoRight />}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{mayChange ? t('Cancel') : t('Close')}</Button>
        <Button
          type="submit"
          look="primary"
          disabled={isSaving || !mayChange}
          aria-describedby={mayChange ? undefined : 'no-right'}
        >
          {isSaving ? t('Saving…') : saveLabel}
        </Button>
      </div>
    </form>
  )
}

/** What the form of a monitor that is there has no field for: what is wrong with it is said of the whole. */
function unseenOf({ isWebsite }: MonitorDraft) {
  const expected = ['expectedStatus', 'keyword', 'pattern', 'jsonPath', 'certificateDays', 'slowMs'] as const
  return [...(isWebsite ? [] : expected), ...(['authUser', 'authSecret'] as const)]
}

const intervalChoices = [5, 10, 30, 60, 180, 300, 900, 1_800, 3_600, 86_400]

function lookOf(draft: MonitorDraft) {
  return { spec: newSpec(draft), ...(draft.regions.length > 0 ? { regions: [...draft.regions] } : {}) }
}

interface AdvancedFieldsProps {
  draft: MonitorDraft
  errors: DraftErrors
  current?: Monitor | undefined
  onChange: (part: Partial<MonitorDraft>) => void
}

function AdvancedFields({ draft, errors, current, onChange }: AdvancedFieldsProps) {
  const quorum = current?.policy.quorum
  return (
    <div className="mt-3 grid gap-4 sm:grid-cols-2">
      <div className="sm:col-span-2">
        <TextField
          id="monitor-name"
          label={t('Name')}
          autoComplete="off"
          hint={t('Without one it is called by its host.')}
          placeholder={current ? undefined : hostOf(draft.url)}
          value={draft.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
          error={errors.name}
        />
      </div>
      {draft.isProbed && <ProbingFields draft={draft} errors={errors} onChange={onChange} />}
      {draft.isProbed && (
        <QuorumField draft={draft} count={quorum?.kind === 'count' ? quorum.count : undefined} onChange={onChange} />
      )}
      {draft.isWebsite && (
        <ExpectationFields
          draft={draft}
          errors={errors}
          unshown={current ? unshownExpectations(current.spec) : 0}
          onChange={onChange}
        />
      )}
      {draft.isProbed && <SecretFields draft={draft} errors={errors} onChange={onChange} />}
    </div>
  )
}

/** How often, how long and from where somebody is asked. */
function ProbingFields({ draft, errors, onChange }: AdvancedFieldsProps) {
  const intervals = [...new Set([...intervalChoices, draft.intervalSeconds])].sort((a, b) => a - b)
  return (
    <>
      <Field id="monitor-interval" label={t('Checked every')} error={errors.intervalSeconds}>
        <select
          id="monitor-interval"
          value={draft.intervalSeconds}
          onChange={(event) => onChange({ intervalSeconds: Number(event.currentTarget.value) })}
          className={`num ${controlClass(Boolean(errors.intervalSeconds))}`}
        >
          {intervals.map((seconds) => (
            <option key={seconds} value={seconds}>
              {intervalText(seconds)}
            </option>
          ))}
        </select>
      </Field>
      <TextField
        id="monitor-timeout"
        label={t('Fails after, in seconds')}
        inputMode="decimal"
        className="num"
        value={draft.timeoutSeconds}
        onChange={(event) => onChange({ timeoutSeconds: event.currentTarget.value })}
        error={errors.timeoutSeconds}
      />
      <RegionFields draft={draft} error={errors.regions} onChange={onChange} />
    </>
  )
}

interface RegionFieldsProps {
  draft: MonitorDraft
  error: string | undefined
  onChange: (part: Partial<MonitorDraft>) => void
}

/** No box ticked in a new monitor means all regions, so all are shown ticked. */
function RegionFields({ draft, error, onChange }: RegionFieldsProps) {
  const { data: regions } = useQuery(regionsQuery)
  const names = [...new Set([...(regions?.items.map(({ name }) => name) ?? []), ...draft.regions])]
  const chosen = draft.regions.length > 0 ? draft.regions : names
  const flip = (name: string) =>
    onChange({ regions: chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name] })
  return (
    <fieldset className="min-w-0 sm:col-span-2">
      <legend className="text-13 font-medium">{t('Regions')}</legend>
      <div className="mt-1.5 flex flex-wrap gap-x-5 gap-y-1">
        {names.map((name) => (
          <label
            key={name}
            className="num flex min-h-6 cursor-pointer items-center gap-2 text-13 pointer-coarse:min-h-11"
          >
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              disabled={chosen.length === 1 && chosen[0] === name}
              onChange={() => flip(name)}
              className="size-4 accent-fg"
            />
            {name}
          </label>
        ))}
      </div>
      {error && (
        <p role="alert" className="mt-1.5 text-13 text-down-fg">
          {error}
        </p>
      )}
    </fieldset>
  )
}
