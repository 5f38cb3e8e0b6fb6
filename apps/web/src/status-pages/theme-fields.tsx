'use client'
import { accentContrast, MARK_CONTRAST, TEXT_CONTRAST } from '@repo/contracts/theme-contrast'
import { Field } from '@repo/ui/field'
import { Panel } from '@repo/ui/panel'
import { RadioGroup } from '@repo/ui/radio-group'
import { numberText, t } from '@repo/ui/words'
import { Check } from './component-item.tsx'
import type { SettingsProps } from './page-settings.tsx'

/** Ours: what a page begins with that chooses its own. */
const ourAccent = { light: '#8e2f76', dark: '#e893cf' } as const

/** Light or dark, and the colour of links and buttons: none that could not be seen. */
export function ThemeFields({ content, onChange, errors }: SettingsProps) {
  const { theme } = content
  const { accent } = theme
  return (
    <Panel title={t('Look')}>
      <div className="flex flex-col gap-4">
        <RadioGroup
          legend={t('Light or dark')}
          value={theme.mode}
          onChange={(mode) => onChange({ ...content, theme: { ...theme, mode } })}
          options={[
            { value: 'auto', text: t('As the reader has it') },
            { value: 'light', text: t('Light') },
            { value: 'dark', text: t('Dark') },
          ]}
        />
        <Check
          text={t('A colour of its own for links and buttons')}
          checked={accent !== null}
          onChange={(isOwn) => onChange({ ...content, theme: { ...theme, accent: isOwn ? ourAccent : null } })}
        />
        {accent && (
          <div className="grid gap-4 sm:grid-cols-2">
            {(['light', 'dark'] as const).map((mode) => (
              <ColourField
                key={mode}
                id={`page-accent-${mode}`}
                label={mode === 'light' ? t('On a light page') : t('On a dark page')}
                value={accent[mode]}
                error={objectionTo(accent[mode], mode) ?? errors[`content.theme.accent.${mode}`]}
                onChange={(colour) =>
                  onChange({ ...content, theme: { ...theme, accent: { ...accent, [mode]: colour } } })
                }
              />
            ))}
          </div>
        )}
      </div>
    </Panel>
  )
}

/** Said while it is chosen, before anybody is asked. */
function objectionTo(accent: string, mode: 'light' | 'dark'): string | undefined {
  const ratio = accentContrast(accent, mode)
  if (ratio >= MARK_CONTRAST) return undefined
  const [least, text] = [numberText(MARK_CONTRAST), numberText(TEXT_CONTRAST)]
  return t('It has a contrast of {ratio}:1. At least {least}:1 can be seen, and {text}:1 read.', {
    ratio: numberText(ratio),
    least,
    text,
  })
}

interface ColourFieldProps {
  id: string
  label: string
  value: string
  error: string | undefined
  onChange: (colour: string) => void
}

function ColourField({ id, label, value, error, onChange }: ColourFieldProps) {
  return (
    <Field id={id} label={label} error={error} hint={value}>
      <input
        id={id}
        type="color"
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => onChange(event.currentTarget.value)}
        className="h-9 w-full cursor-pointer rounded-control border border-control bg-surface p-1 pointer-coarse:h-11"
      />
    </Field>
  )
}
