'use client'
import type { TouchedComponents } from '@repo/contracts/page-notices'
import { leavesAndParents, type StatusPage } from '@repo/contracts/status-pages'
import type { ComponentState } from '@repo/domain/status-page'
import { Button } from '@repo/ui/button'
import { controlClass } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { componentStateWords } from './notice-words.ts'

/** Everything that can be said to be touched, by its name for the public; what is only a draft comes last. */
export function componentNames({ draft, published }: Pick<StatusPage, 'draft' | 'published'>): Map<string, string> {
  const all = [published, draft].flatMap((content) => leavesAndParents(content?.sections ?? []))
  return new Map(all.map(({ id, name }) => [id, name]))
}

interface TouchedFieldsProps {
  names: ReadonlyMap<string, string>
  touched: TouchedComponents
  onChange: (touched: TouchedComponents) => void
}

/** What an incident touches, and how bad each is because of it. */
export function TouchedFields({ names, touched, onChange }: TouchedFieldsProps) {
  const rest = [...names].filter(([id]) => !touched.some(({ componentId }) => componentId === id))
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-13 font-medium">{t('What it touches')}</legend>
      {touched.map(({ componentId, state }) => {
        const name = names.get(componentId) ?? t('A component that is gone')
        return (
          <div key={componentId} className="flex flex-wrap items-center gap-2">
            <span className="min-w-0 grow basis-32 [overflow-wrap:anywhere]">{name}</span>
            <StateSelect
              label={t('{name} is', { name })}
              value={state}
              onChange={(next) =>
                onChange(touched.map((one) => (one.componentId === componentId ? { ...one, state: next } : one)))
              }
            />
            <Button
              look="quiet"
              aria-label={t('Remove {name}', { name })}
              onClick={() => onChange(touched.filter((one) => one.componentId !== componentId))}
            >
              {t('Remove')}
            </Button>
          </div>
        )
      })}
      {rest.length > 0 && (
        <select
          aria-label={t('Add a component')}
          value=""
          onChange={(event) =>
            onChange([...touched, { componentId: event.currentTarget.value, state: 'major_outage' }])
          }
          className={controlClass(false)}
        >
          <option value="">{t('Add a component')}</option>
          {rest.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </fieldset>
  )
}

interface StateSelectProps {
  label: string
  value: ComponentState
  onChange: (state: ComponentState) => void
}

export function StateSelect({ label, value, onChange }: StateSelectProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as ComponentState)}
      className={`${controlClass(false)} w-48!`}
    >
      {(Object.keys(componentStateWords) as ComponentState[]).map((state) => (
        <option key={state} value={state}>
          {componentStateWords[state]}
        </option>
      ))}
    </select>
  )
}
