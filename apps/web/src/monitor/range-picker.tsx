'use client'
import { Button } from '@repo/ui/button'
import { TextField } from '@repo/ui/field'
import { RadioGroup } from '@repo/ui/radio-group'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { momentText } from '../shell/time.tsx'
import { ranges, rangeText } from './ranges.ts'
import { boundsOf, customSpan, type Span } from './span.ts'

interface RangePickerProps {
  span: Span
  onSpan: (span: Span) => void
}

/** One of the usual stretches up to now, or any other by its two ends. */
export function RangePicker({ span, onSpan }: RangePickerProps) {
  const [isOpen, setIsOpen] = useState(false)
  const options = ranges.map((value) => ({ value, text: t<string>(rangeText[value]) }))
  return (
    <div className="flex flex-wrap items-center justify-end gap-2">
      <RadioGroup
        legend={t('Range')}
        value={span.kind === 'range' ? span.range : ('' as (typeof ranges)[number])}
        options={options}
        onChange={(range) => onSpan({ kind: 'range', range })}
      />
      <Button
        look={span.kind === 'custom' ? 'primary' : 'secondary'}
        aria-expanded={isOpen}
        className="h-7! px-2.5! text-13!"
        onClick={() => setIsOpen(!isOpen)}
      >
        {span.kind === 'custom' ? (
          <span className="num">
            {t('{from} to {to}', { from: momentText(span.fromMs), to: momentText(span.toMs) })}
          </span>
        ) : (
          t('Other…')
        )}
      </Button>
      {isOpen && (
        <CustomForm
          span={span}
          onSpan={(next) => {
            setIsOpen(false)
            onSpan(next)
          }}
        />
      )}
    </div>
  )
}

function CustomForm({ span, onSpan }: RangePickerProps) {
  const [bounds] = useState(() => boundsOf(span, Date.now()))
  const [from, setFrom] = useState(() => localText(bounds.fromMs))
  const [to, setTo] = useState(() => localText(bounds.toMs))
  const [isWrong, setIsWrong] = useState(false)
  return (
    <form
      className="flex basis-full flex-wrap items-start justify-end gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        const next = customSpan(Date.parse(from), Date.parse(to))
        setIsWrong(next === undefined)
        if (next) onSpan(next)
      }}
    >
      <TextField
        id="span-from"
        type="datetime-local"
        label={t('From')}
        required
        className="num"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
        error={isWrong ? t('A minute to 90 days before the end.') : undefined}
      />
      <TextField
        id="span-to"
        type="datetime-local"
        label={t('To')}
        required
        className="num"
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" className="mt-6 h-9">
        {t('Show')}
      </Button>
    </form>
  )
}

/** As the field of the browser wants it: the clock of the person who looks. */
function localText(ms: number): string {
  const offsetMs = new Date(ms).getTimezoneOffset() * 60_000
  return new Date(ms - offsetMs).toISOString().slice(0, 16)
}
