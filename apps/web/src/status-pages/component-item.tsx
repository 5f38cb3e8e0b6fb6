'use client'
import type { PageComponent, PageContent, PagePart } from '@repo/contracts/status-pages'
import { Button } from '@repo/ui/button'
import { controlClass, Field, noteIdOf } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { changeComponent, type LeafChange, type Place, removeComponent } from './page-draft.ts'
import { SourceText } from './source-text.tsx'
import type { useLift } from './use-lift.ts'
import { errorAt, type PageErrors } from './use-save-page.ts'

interface ComponentItemProps {
  component: PageComponent
  place: Place
  content: PageContent
  onChange: (content: PageContent) => void
  lift: ReturnType<typeof useLift>
  /** Says how its handle is used. */
  hintId: string
  errorPath: string
  errors: PageErrors
}

/** A component in the order of the page: its handle, its name for the public, and what is shown of it. */
export function ComponentItem({
  component,
  place,
  content,
  onChange,
  lift,
  hintId,
  errorPath,
  errors,
}: ComponentItemProps) {
  const { id, name, parts } = component
  const [isOpen, setIsOpen] = useState(false)
  const ownError = errors[`${errorPath}.name`] ?? errors[`${errorPath}.source`]
  // What is wrong further down is said up here for as long as it is folded.
  const error = ownError ?? (isOpen ? undefined : errorAt(errors, errorPath))
  const change = (changed: Partial<LeafChange>) => onChange(changeComponent(content, id, changed))
  return (
    <li
      data-component={id}
      data-place={`${place.section} ${place.index}`}
      className={`border-line border-t px-2 py-2 ${lift.liftedId === id ? 'bg-hover' : ''}`}
    >
      <div className="flex items-center gap-2">
        <button
          type="button"
          aria-label={t('Order of {name}', { name })}
          aria-describedby={hintId}
          className="grid size-8 shrink-0 cursor-grab touch-none place-items-center rounded-control text-muted hover:bg-hover hover:text-fg aria-pressed:cursor-grabbing aria-pressed:text-accent pointer-coarse:size-11"
          {...lift.handleProps(id)}
        >
          <svg width="12" height="16" viewBox="0 0 12 16" fill="currentColor" aria-hidden="true">
            <path d="M3 2h2v2H3zm4 0h2v2H7zM3 7h2v2H3zm4 0h2v2H7zM3 12h2v2H3zm4 0h2v2H7z" />
          </svg>
        </button>
        <div className="min-w-0 grow">
          <input
            aria-label={t('Name for the public')}
            value={name}
            aria-invalid={error ? true : undefined}
            aria-describedby={`${id}-said`}
            onChange={(event) => change({ name: event.currentTarget.value })}
            className={`${controlClass(Boolean(error))} font-medium`}
          />
          <p
            id={`${id}-said`}
            className={`mt-1 truncate text-12 ${error ? 'text-down-fg' : 'text-muted'}`}
            role={error ? 'alert' : undefined}
          >
            {error ?? <SourceText source={component.source} isNamed={isOpen} />}
          </p>
        </div>
        <Button
          look="quiet"
          aria-expanded={isOpen}
          aria-label={t('More about {name}', { name })}
          onClick={() => setIsOpen(!isOpen)}
        >
          {isOpen ? '▴' : '▾'}
        </Button>
      </div>
      {isOpen && (
        <div className="mt-3 flex flex-col gap-3 pl-10">
          <LeafFields leaf={component} error={errors[`${errorPath}.description`]} onChange={change} />
          {parts.map((part, index) => (
            <PartFields
              key={part.id}
              part={part}
              error={errorAt(errors, `${errorPath}.parts.${index}`)}
              onChange={(changed) => onChange(changeComponent(content, part.id, changed))}
              onRemove={() => onChange(removeComponent(content, part.id))}
            />
          ))}
          <div className="flex flex-wrap gap-2">
            <Button look="quiet" onClick={() => lift.step(id, -1)}>
              {t('Move up')}
            </Button>
            <Button look="quiet" onClick={() => lift.step(id, 1)}>
              {t('Move down')}
            </Button>
            <Button look="danger" onClick={() => onChange(removeComponent(content, id))}>
              {t('Remove {name}', { name })}
            </Button>
          </div>
        </div>
      )}
    </li>
  )
}

interface LeafFieldsProps {
  leaf: PageComponent | PagePart
  error: string | undefined
  onChange: (change: Partial<LeafChange>) => void
}

function LeafFields({ leaf, error, onChange }: LeafFieldsProps) {
  const { description, source, showsUptime, showsChart } = leaf
  const id = `${leaf.id}-description`
  return (
    <>
      <Field id={id} label={t('Description')} hint={t('Markdown')} error={error}>
        <textarea
          id={id}
          rows={2}
          value={description}
          aria-invalid={error ? true : undefined}
          aria-describedby={noteIdOf(id)}
          onChange={(event) => onChange({ description: event.currentTarget.value })}
          className={`${controlClass(Boolean(error))} h-auto! py-2`}
        />
      </Field>
      <div className="flex flex-wrap gap-x-5 gap-y-2 text-13">
        <Check
          text={t('Show 90 days of uptime')}
          checked={showsUptime}
          onChange={(checked) => onChange({ showsUptime: checked })}
        />
        {source.kind === 'monitor' && (
          <Check
            text={t('Show response times')}
            checked={showsChart}
            onChange={(checked) => onChange({ showsChart: checked })}
          />
        )}
      </div>
    </>
  )
}

interface PartFieldsProps {
  part: PagePart
  error: string | undefined
  onChange: (change: Partial<LeafChange>) => void
  onRemove: () => void
}

function PartFields({ part, error, onChange, onRemove }: PartFieldsProps) {
  const noteId = noteIdOf(part.id)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <input
        aria-label={t('Name of the part')}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? noteId : undefined}
        value={part.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        className={`${controlClass(Boolean(error))} w-0! grow`}
      />
      <Button look="quiet" aria-label={t('Remove {name}', { name: part.name })} onClick={onRemove}>
        {t('Remove')}
      </Button>
      {error && (
        <p id={noteId} role="alert" className="basis-full text-12 text-down-fg">
          {error}
        </p>
      )}
    </div>
  )
}

interface CheckProps {
  text: string
  checked: boolean
  onChange: (checked: boolean) => void
}

export function Check({ text, checked, onChange }: CheckProps) {
  return (
    <label className="flex items-center gap-2">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
        className="size-4 accent-fg"
      />
      {text}
    </label>
  )
}
