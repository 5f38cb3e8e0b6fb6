'use client'
import { controlClass, Field, TextField } from '@repo/ui/field'
import { msg, t } from '@repo/ui/words'
import type { DraftErrors, MonitorDraft } from './monitor-draft.ts'

interface ExpectationFieldsProps {
  draft: MonitorDraft
  errors: DraftErrors
  /** How many expectations of a monitor that is there have no field here. */
  unshown?: number
  onChange: (part: Partial<MonitorDraft>) => void
}

const quorums = [
  { value: 'majority', text: msg('most regions find it down') },
  { value: 'any', text: msg('one region finds it down') },
  { value: 'all', text: msg('all regions find it down') },
] as const

/** Who has to find it bad. A number of regions is kept where it is there; nobody chooses one here. */
export function QuorumField({
  draft,
  count,
  onChange,
}: Pick<ExpectationFieldsProps, 'draft' | 'onChange'> & { count?: number | undefined }) {
  return (
    <Field id="monitor-quorum" label={t('It is down when')}>
      <select
        id="monitor-quorum"
        value={draft.quorum}
        onChange={(event) => onChange({ quorum: event.currentTarget.value as MonitorDraft['quorum'] })}
        className={controlClass(false)}
      >
        {quorums.map(({ value, text }) => (
          <option key={value} value={value}>
            {t(text)}
          </option>
        ))}
        {count !== undefined && (
          <option value="count">
            {t('{count, plural, one {# region finds} other {# regions find}} it down', { count })}
          </option>
        )}
      </select>
    </Field>
  )
}

/** What a good answer is like; each may be left empty. */
export function ExpectationFields({ draft, errors, unshown = 0, onChange }: ExpectationFieldsProps) {
  return (
    <>
      <TextField
        id="monitor-status"
        label={t('Good statuses')}
        className="num"
        placeholder="200-299"
        value={draft.expectedStatus}
        onChange={(event) => onChange({ expectedStatus: event.currentTarget.value })}
        error={errors.expectedStatus}
      />
      <TextField
        id="monitor-keyword"
        label={t('The page has the text')}
        autoComplete="off"
        value={draft.keyword}
        onChange={(event) => onChange({ keyword: event.currentTarget.value })}
        error={errors.keyword}
      />
      <TextField
        id="monitor-pattern"
        label={t('The page matches the pattern')}
        autoComplete="off"
        spellCheck={false}
        className="num"
        placeholder="v\d+\.\d+"
        value={draft.pattern}
        onChange={(event) => onChange({ pattern: event.currentTarget.value })}
        error={errors.pattern}
      />
      <TextField
        id="monitor-slow"
        label={t('Degraded above, in ms')}
        inputMode="numeric"
        className="num"
        value={draft.slowMs}
        onChange={(event) => onChange({ slowMs: event.currentTarget.value })}
        error={errors.slowMs}
      />
      <TextField
        id="monitor-json"
        label={t('JSON path that must be there')}
        spellCheck={false}
        className="num"
        placeholder="$.status"
        value={draft.jsonPath}
        onChange={(event) => onChange({ jsonPath: event.currentTarget.value })}
        error={errors.jsonPath}
      />
      <TextField
        id="monitor-certificate"
        label={t('Certificate lasts, in days')}
        inputMode="numeric"
        className="num"
        value={draft.certificateDays}
        onChange={(event) => onChange({ certificateDays: event.currentTarget.value })}
        error={errors.certificateDays}
      />
      {unshown > 0 && (
        <p className="text-13 text-muted sm:col-span-2">
          {t(
            '{count, plural, one {# more expectation has} other {# more expectations have}} no field here, and stays as it is.',
            { count: unshown },
          )}
        </p>
      )}
    </>
  )
}
