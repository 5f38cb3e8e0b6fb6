'use client'
import { t } from '@repo/ui/words'

interface MarkdownFieldProps {
  id: string
  label: string
  value: string
  rows: number
  onText: (text: string) => void
}

export function MarkdownField({ id, label, value, rows, onText }: MarkdownFieldProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-13 font-medium">
        {label} <span className="font-normal text-muted">{t('in Markdown')}</span>
      </label>
      <textarea
        id={id}
        rows={rows}
        value={value}
        maxLength={10_000}
        onChange={(event) => onText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit()
        }}
        className="w-full rounded-control border border-control bg-surface px-2.5 py-2 placeholder:text-muted"
      />
    </div>
  )
}
