'use client'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../api/request.ts'
import type { OutcomeHelp } from '../outcome-help.ts'
import { Reading } from '../settings/reading.tsx'

/** What a code means, what it usually comes from, and what to try: read when somebody opens it. It is there in English alone. */
export function CodeHelp({ code }: { code: string }) {
  const [isOpen, setIsOpen] = useState(false)
  const query = useQuery({
    queryKey: ['outcome help', code],
    queryFn: ({ signal }) => request<OutcomeHelp>(`/outcomes/${encodeURIComponent(code)}.json`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: isOpen,
  })
  return (
    <details className="mt-1 text-13 print:hidden" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="w-fit cursor-pointer py-1 text-accent">{t('What this means, and what to try')}</summary>
      {isOpen && (
        <div className="mt-2 rounded-control border border-line bg-bg px-4 py-3">
          <Reading query={query}>{(help) => <Help help={help} />}</Reading>
        </div>
      )}
    </details>
  )
}

function Help({ help: { meaning, causes, tries } }: { help: OutcomeHelp }) {
  return (
    <>
      <p lang="en">
        <Typed text={meaning} />
      </p>
      <Points title={t('Usual causes')} points={causes} />
      <Points title={t('What to try')} points={tries} />
    </>
  )
}

function Points({ title, points }: { title: string; points: readonly string[] }) {
  return (
    <>
      <h4 className="mt-3 font-bold">{title}</h4>
      <ul lang="en" className="mt-1 list-disc pl-5">
        {points.map((point) => (
          <li key={point}>
            <Typed text={point} />
          </li>
        ))}
      </ul>
    </>
  )
}

/** A text, of which what stands between backticks is to be typed or read as it is. */
function Typed({ text }: { text: string }) {
  return text.split('`').map((part, place) =>
    place % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text that never changes
      <code key={place} className="num [overflow-wrap:anywhere]">
        {part}
      </code>
    ) : (
      part
    ),
  )
}
