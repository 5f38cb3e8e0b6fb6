import type { ComponentProps, ReactNode } from 'react'

const control =
  'h-9 w-full rounded-control border bg-surface px-2.5 text-14 text-fg placeholder:text-muted focus-visible:outline-offset-0 disabled:bg-hover disabled:text-muted pointer-coarse:h-11'

export function controlClass(invalid: boolean): string {
  return `${control} ${invalid ? 'border-down-fg' : 'border-control'}`
}

interface FieldProps {
  id: string
  label: string
  hint?: ReactNode
  error?: string | undefined
  children: ReactNode
}

/** A label, a control, and what is wrong with it. The control names `errorIdOf(id)` in its `aria-describedby`. */
export function Field({ id, label, hint, error, children }: FieldProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-13 font-medium">
        {label}
      </label>
      {children}
      {error ? (
        <p id={noteIdOf(id)} role="alert" className="text-13 text-down-fg">
          {error}
        </p>
      ) : (
        hint && (
          <p id={noteIdOf(id)} className="text-12 text-muted">
            {hint}
          </p>
        )
      )}
    </div>
  )
}

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'id'> {
  id: string
  label: string
  hint?: ReactNode
  error?: string | undefined
}

export function TextField({ id, label, hint, error, className = '', ...input }: TextFieldProps) {
  const described = error || hint ? noteIdOf(id) : undefined
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <input
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described}
        className={`${controlClass(Boolean(error))} ${className}`}
        {...input}
      />
    </Field>
  )
}

export function noteIdOf(id: string): string {
  return `${id}-note`
}
