'use client'
import { useRef, useState } from 'react'
import { Button } from './button.tsx'
import { controlClass, Field } from './field.tsx'
import { t } from './words.ts'

interface CopyFieldProps {
  id: string
  label: string
  value: string
  hint?: string
}

/** A text to take away. Where the browser gives no clipboard (a page without https), the text is selected for the keyboard. */
export function CopyField({ id, label, value, hint }: CopyFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState<boolean>()
  async function copy(): Promise<void> {
    const isDone = await copyText(value)
    // With the focus comes the selection.
    if (!isDone) input.current?.focus()
    setCopied(isDone)
  }
  return (
    <Field id={id} label={label} hint={hint}>
      <div className="flex gap-2">
        <input
          ref={input}
          id={id}
          readOnly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
          className={`num min-w-0 ${controlClass(false)}`}
        />
        <Button className="h-9 min-w-20" onClick={() => void copy()}>
          {copied ? t('Copied') : t('Copy')}
        </Button>
      </div>
      <p role="status" className={copied === false ? 'text-12 text-muted' : 'sr-only'}>
        {copied !== undefined && (copied ? t('Copied') : t('Selected: press Ctrl C'))}
      </p>
    </Field>
  )
}

/** @returns whether the text is in the clipboard. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
