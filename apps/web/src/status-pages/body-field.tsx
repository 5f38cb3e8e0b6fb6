'use client'
import { controlClass, Field } from '@repo/ui/field'
import { t } from '@repo/ui/words'

interface BodyFieldProps {
  id: string
  name?: string
  label: string
  value?: string | undefined
  error: string | undefined
  onText?: (text: string) => void
}

/** Some lines in markdown, as the public reads them. */
export function BodyField({ id, name, label, value = '', error, onText }: BodyFieldProps) {
  return (
    <Field id={id} label={label} hint={t('Markdown')} error={error}>
      <textarea
        id={id}
        name={name}
        rows={5}
        defaultValue={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => onText?.(event.currentTarget.value)}
        className={`${controlClass(Boolean(error))} h-auto! py-2`}
      />
    </Field>
  )
}
