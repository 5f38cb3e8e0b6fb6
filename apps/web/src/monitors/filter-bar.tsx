'use client'
import type { MonitorCounts } from '@repo/contracts/monitors'
import type { Status } from '@repo/domain/status'
import { Kbd } from '@repo/ui/kbd'
import { StatusGlyph, statusWord } from '@repo/ui/status'
import { numberText, t } from '@repo/ui/words'
import { memo, type ReactNode } from 'react'
import { useTyped } from '../form/use-typed.ts'

const chipStatuses: readonly Status[] = ['down', 'degraded', 'unknown', 'maintenance', 'up', 'paused']

interface FilterBarProps extends ChipsProps {
  text: string
  onText: (text: string) => void
}

export function FilterBar({ text, onText, ...chips }: FilterBarProps) {
  return (
    <>
      <FilterField text={text} onText={onText} />
      <Chips {...chips} />
    </>
  )
}

function FilterField({ text, onText }: Pick<FilterBarProps, 'text' | 'onText'>) {
  const [typed, type] = useTyped(text, onText)
  return (
    <div className="relative w-full md:w-60">
      <input
        id="filter"
        type="search"
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
        placeholder={t('Filter by name or URL')}
        aria-label={t('Filter by name or URL')}
        autoComplete="off"
        spellCheck={false}
        className="h-8 w-full rounded-control border border-control bg-surface pr-8 pl-2.5 placeholder:text-muted pointer-coarse:h-11"
      />
      <Kbd className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-muted max-md:hidden">/</Kbd>
    </div>
  )
}

interface ChipsProps {
  status: Status | ''
  counts: MonitorCounts | undefined
  onStatus: (status: string) => void
}

/** They are the same whatever is typed beside them. */
const Chips = memo(function Chips({ status: chosen, counts, onStatus }: ChipsProps) {
  const chips = chipStatuses.filter((status) => (counts?.[status] ?? 0) > 0 || chosen === status)
  return (
    <fieldset className="flex min-h-8 flex-wrap gap-2">
      <legend className="sr-only">{t('Status')}</legend>
      <Chip pressed={chosen === ''} onPress={() => onStatus('')} count={counts?.total}>
        {t('All')}
      </Chip>
      {chips.map((status) => (
        <Chip
          key={status}
          pressed={chosen === status}
          onPress={() => onStatus(chosen === status ? '' : status)}
          count={counts?.[status]}
          name={statusWord[status]}
        >
          <StatusGlyph status={status} />
          <span className="max-xl:sr-only">{statusWord[status]}</span>
        </Chip>
      ))}
    </fieldset>
  )
})

interface ChipProps {
  pressed: boolean
  onPress: () => void
  count: number | undefined
  name?: string
  children: ReactNode
}

function Chip({ pressed, onPress, count, name, children }: ChipProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      title={name}
      onClick={onPress}
      className="inline-flex h-8 items-center gap-1.5 rounded-full border border-line bg-surface px-3 text-13 font-medium hover:border-control aria-pressed:border-fg forced-colors:aria-pressed:border-3 pointer-coarse:h-11"
    >
      {children}
      <span className="num font-normal text-muted">{count === undefined ? '' : numberText(count)}</span>
    </button>
  )
}
