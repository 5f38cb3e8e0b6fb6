'use client'
import { controlClass, Field } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { SaidText } from './said-text.tsx'

interface BodyFieldProps {
  id: string
  name?: string
  label: string
  value?: string | undefined
  error: string | undefined
  onText?: (text: string) => void
}

/** Some lines in markdown, and below them how the public reads them. */
export function BodyField({ id, name, label, value = '', error, onText }: BodyFieldProps) {
  const [text, setText] = useState(value)
  return (
    <div className="flex flex-col gap-2">
      <Field id={id} label={label} hint={t('Markdown')} error={error}>
        <textarea
          id={id}
          name={name}
          rows={5}
          defaultValue={value}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-note`}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value)
            onText?.(currentTarget.value)
          }}
          className={`${controlClass(Boolean(error))} h-auto! py-2`}
        />
      </Field>
      {text.trim() !== '' && (
        <section aria-label={t('As people read it')} className="border-line border-l-2 pl-3">
          <p className="text-12 text-muted">{t('As people read it')}</p>
          <SaidText text={text} />
        </section>
      )}
    </div>
  )
}
