'use client'
import { type PageContent, type PageLanguage, pageLanguages } from '@repo/contracts/status-pages'
import { controlClass, Field, TextField } from '@repo/ui/field'
import { Panel } from '@repo/ui/panel'
import { RadioGroup } from '@repo/ui/radio-group'
import { t } from '@repo/ui/words'
import { TimeZoneField } from '../form/time-zone-field.tsx'
import { AccessFields } from './access-fields.tsx'
import { Check } from './component-item.tsx'
import { ThemeFields } from './theme-fields.tsx'
import type { PageErrors } from './use-save-page.ts'

export interface SettingsProps {
  content: PageContent
  onChange: (content: PageContent) => void
  errors: PageErrors
}

/** Each language by its own name. */
function nameOf(language: PageLanguage): string {
  const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1)
}

/** Everything of a page but its components. */
export function PageSettings(props: SettingsProps & { slug: string; onSlug: (slug: string) => void }) {
  const { slug, onSlug, content, onChange, errors } = props
  const set = (change: Partial<PageContent>) => onChange({ ...content, ...change })
  return (
    <>
      <Panel title={t('Page')}>
        <div className="flex flex-col gap-4">
          <TextField
            id="page-title"
            label={t('Title')}
            value={content.title}
            error={errors['content.title']}
            onChange={(event) => set({ title: event.currentTarget.value })}
          />
          <TextField
            id="page-slug"
            label={t('Address')}
            hint={`/status/${slug}`}
            className="num"
            spellCheck={false}
            value={slug}
            error={errors.slug}
            onChange={(event) => onSlug(event.currentTarget.value)}
          />
          <Field
            id="page-description"
            label={t('Description')}
            hint={t('Markdown')}
            error={errors['content.description']}
          >
            <textarea
              id="page-description"
              rows={3}
              value={content.description}
              aria-invalid={errors['content.description'] ? true : undefined}
              aria-describedby="page-description-note"
              onChange={(event) => set({ description: event.currentTarget.value })}
              className={`${controlClass(Boolean(errors['content.description']))} h-auto! py-2`}
            />
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field id="page-language" label={t('Language')}>
              <select
                id="page-language"
                value={content.language}
                onChange={(event) => set({ language: event.currentTarget.value as PageLanguage })}
                className={controlClass(false)}
              >
                {pageLanguages.map((language) => (
                  <option key={language} value={language} lang={language}>
                    {nameOf(language)}
                  </option>
                ))}
              </select>
            </Field>
            <TimeZoneField
              id="page-time-zone"
              label={t('Time zone')}
              hint={t('By whose midnights its days are counted.')}
              value={content.timeZone}
              error={errors['content.timeZone']}
              onChange={(event) => set({ timeZone: event.currentTarget.value })}
            />
            <TextField
              id="page-homepage"
              type="url"
              label={t('Website')}
              placeholder="https://example.com"
              value={content.homepage ?? ''}
              error={errors['content.homepage']}
              onChange={(event) => set({ homepage: event.currentTarget.value || null })}
            />
            <TextField
              id="page-contact"
              label={t('Contact')}
              placeholder="help@example.com"
              value={content.contact ?? ''}
              error={errors['content.contact']}
              onChange={(event) => set({ contact: event.currentTarget.value || null })}
            />
          </div>
          <Check
            text={t('Search engines may list it')}
            checked={content.isListed}
            onChange={(isListed) => set({ isListed })}
          />
        </div>
      </Panel>
      <ThemeFields content={content} onChange={onChange} errors={errors} />
      <AccessFields content={content} onChange={onChange} errors={errors} />
      <PublishRule content={content} onChange={onChange} errors={errors} />
    </>
  )
}

const AFTER_MINUTES = 5

/** Who publishes what is drafted when a monitor of the page goes down. */
function PublishRule({ content, onChange, errors }: SettingsProps) {
  const { publishRule } = content
  const error = errors['content.publishRule.minutes']
  return (
    <Panel title={t('Incidents')} note={t('What is drafted when something of the page goes down')}>
      <RadioGroup
        look="rows"
        legend={t('Who publishes it')}
        value={publishRule.kind}
        onChange={(kind) =>
          onChange({ ...content, publishRule: kind === 'person' ? { kind } : { kind, minutes: AFTER_MINUTES } })
        }
        options={[
          { value: 'person', text: t('A person'), note: t('The draft waits until a member publishes it.') },
          { value: 'after', text: t('By itself'), note: t('Once it has lasted so long, and its end as well.') },
        ]}
      />
      {publishRule.kind === 'after' && (
        <div className="mt-3 max-w-48">
          <TextField
            id="page-after"
            type="number"
            min={0}
            max={1_440}
            label={t('After minutes')}
            value={publishRule.minutes}
            error={error}
            onChange={(event) =>
              onChange({ ...content, publishRule: { kind: 'after', minutes: Number(event.currentTarget.value) } })
            }
          />
        </div>
      )}
    </Panel>
  )
}
