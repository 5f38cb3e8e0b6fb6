'use client'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { type FieldErrors, fieldErrorsOf, missingFields } from './field-errors.ts'

interface FormPlan {
  readonly fields: readonly string[]
  /** What to say where one of these is empty. */
  readonly needed: Readonly<Record<string, string>>
  /** Does it; what is thrown is shown, at the field it names. */
  submit(values: Readonly<Record<string, string>>): Promise<void>
}

/** A form that is sent once at a time, and puts the focus on the first field that is wrong. */
export function useForm({ fields, needed, submit }: FormPlan) {
  const [errors, setErrors] = useState<FieldErrors>({})
  const [isBusy, setIsBusy] = useState(false)
  const busy = useRef(false)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [errors])

  async function send(values: Readonly<Record<string, string>>): Promise<void> {
    if (busy.current) return
    const missing = missingFields(values, needed)
    setErrors(missing)
    if (Object.keys(missing).length > 0) return
    busy.current = true
    setIsBusy(true)
    try {
      await submit(values)
    } catch (error) {
      setErrors(fieldErrorsOf(error, fields))
    }
    busy.current = false
    setIsBusy(false)
  }

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void send(valuesOf(event.currentTarget, fields))
  }
  // By the method, should something send it past its button and its script: what was typed never stands in an address.
  return { props: { ref: form, method: 'post', noValidate: true, onSubmit }, isBusy, errors }
}

function valuesOf(form: HTMLFormElement, fields: readonly string[]): Record<string, string> {
  const data = new FormData(form)
  return Object.fromEntries(fields.map((field) => [field, String(data.get(field) ?? '')]))
}
