'use client'
import { controlClass } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { channelKinds, kindName, type OfferedKind, offeredKinds } from './channel-kinds.ts'

/** The ways to tell people, found by what is typed. */
export function KindPicker({ onPick }: { onPick: (kind: OfferedKind) => void }) {
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const found = offeredKinds.filter((kind) => `${kindName(kind)} ${kind}`.toLowerCase().includes(wanted))
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (found[0] && wanted) onPick(found[0])
      }}
    >
      <input
        type="search"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder={t('Find a way')}
        aria-label={t('Find a way')}
        autoComplete="off"
        spellCheck={false}
        className={controlClass(false)}
      />
      <ul aria-label={t('Kinds of channels')} className="mt-3 grid min-h-64 content-start gap-x-4 sm:grid-cols-2">
        {found.map((kind) => (
          <li key={kind} className="border-line border-b">
            <button
              type="button"
              onClick={() => onPick(kind)}
              className="flex w-full flex-col rounded-control px-2 py-2 text-left hover:bg-hover"
            >
              <span className="font-medium">{kindName(kind)}</span>
              <span className="text-12 text-muted">{t(channelKinds[kind].note)}</span>
            </button>
          </li>
        ))}
      </ul>
      <p role="status" className="mt-2 text-13 text-muted">
        {found.length === 0 && t('None like it. A webhook reaches any program that takes JSON.')}
      </p>
    </form>
  )
}
