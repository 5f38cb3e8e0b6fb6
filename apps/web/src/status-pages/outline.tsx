'use client'
import type { PageContent } from '@repo/contracts/status-pages'
import { Button } from '@repo/ui/button'
import { controlClass } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useId } from 'react'
import { AddComponent } from './add-component.tsx'
import { ComponentItem } from './component-item.tsx'
import { addComponent, changeSection, moveSection, newSection } from './page-draft.ts'
import { useLift } from './use-lift.ts'
import type { PageErrors } from './use-save-page.ts'

interface OutlineProps {
  content: PageContent
  onChange: (content: PageContent) => void
  errors: PageErrors
}

type Section = PageContent['sections'][number]

/** The sections of the page and what stands in each, in the order in which the public reads them. */
export function Outline({ content, onChange, errors }: OutlineProps) {
  const lift = useLift(content, onChange)
  const hintId = useId()
  const { sections } = content
  return (
    <section aria-label={t('Components')} className="flex flex-col gap-4">
      <p id={hintId} className="sr-only">
        {t('Space lifts, arrows move, Space puts down, Escape puts back.')}
      </p>
      <p role="status" aria-live="assertive" className="sr-only">
        {lift.said}
      </p>
      {sections.length === 0 && <p className="text-13 text-muted">{t('Nothing stands here yet.')}</p>}
      {sections.map((section, place) => (
        <div key={section.id} className="rounded-card border border-line bg-surface">
          <SectionHead
            section={section}
            place={place}
            count={sections.length}
            error={errors[`content.sections.${place}.name`]}
            onChange={(change) => onChange(changeSection(content, section.id, change))}
            onMove={(step) => onChange(moveSection(content, section.id, step))}
            onRemove={() => onChange({ ...content, sections: sections.filter(({ id }) => id !== section.id) })}
          />
          <ul aria-label={section.name || t('Components')}>
            {section.components.map((component, index) => (
              <ComponentItem
                key={component.id}
                component={component}
                place={{ section: place, index }}
                content={content}
                onChange={onChange}
                lift={lift}
                hintId={hintId}
                errorPath={`content.sections.${place}.components.${index}`}
                errors={errors}
              />
            ))}
          </ul>
          {section.components.length === 0 && (
            <p data-place={`${place} 0`} className="border-line border-t px-4 py-4 text-13 text-muted">
              {t('Nothing stands here yet.')}
            </p>
          )}
          <div className="border-line border-t px-4 py-3">
            <AddComponent onAdd={(component) => onChange(addComponent(content, section.id, component))} />
          </div>
        </div>
      ))}
      <div>
        <Button
          onClick={() =>
            onChange({ ...content, sections: [...sections, newSection(sections.length === 0 ? '' : t('More'))] })
          }
        >
          {t('Add a section')}
        </Button>
      </div>
    </section>
  )
}

interface SectionHeadProps {
  section: Section
  place: number
  count: number
  error: string | undefined
  onChange: (change: Partial<Section>) => void
  onMove: (step: -1 | 1) => void
  onRemove: () => void
}

function SectionHead({ section: { id, name, isFolded, components }, place, count, error, ...deeds }: SectionHeadProps) {
  const { onChange, onMove, onRemove } = deeds
  return (
    <header className="flex flex-wrap items-center gap-2 px-4 py-3">
      <input
        aria-label={t('Name of the section')}
        placeholder={t('A section without a name')}
        value={name}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-note` : undefined}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        className={`${controlClass(Boolean(error))} w-40! max-w-72 grow font-medium max-sm:w-full! max-sm:max-w-none`}
      />
      <label className="flex items-center gap-2 text-13">
        <input
          type="checkbox"
          checked={isFolded}
          onChange={(event) => onChange({ isFolded: event.currentTarget.checked })}
          className="size-4 accent-fg"
        />
        {t('Folded')}
      </label>
      <span className="ml-auto flex gap-1">
        <Button
          look="quiet"
          disabled={place === 0}
          aria-label={t('Move section {name} up', { name })}
          onClick={() => onMove(-1)}
        >
          ↑
        </Button>
        <Button
          look="quiet"
          disabled={place === count - 1}
          aria-label={t('Move section {name} down', { name })}
          onClick={() => onMove(1)}
        >
          ↓
        </Button>
        {components.length === 0 && (
          <Button look="quiet" aria-label={t('Remove section {name}', { name })} onClick={onRemove}>
            {t('Remove')}
          </Button>
        )}
      </span>
      {error && (
        <p id={`${id}-note`} role="alert" className="basis-full text-12 text-down-fg">
          {error}
        </p>
      )}
    </header>
  )
}
