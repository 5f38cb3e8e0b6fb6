'use client'
import { Button } from '@repo/ui/button'
import { controlClass } from '@repo/ui/field'
import { ItemList } from '@repo/ui/item-list'
import { numberText, t } from '@repo/ui/words'
import { type ReactNode, useState } from 'react'

interface LongListProps<Thing> {
  label: string
  things: readonly Thing[]
  /** What is typed into, where there are so many that nobody reads them all: "Find a member". */
  search: string
  /** What one of them can be found by. */
  textOf: (thing: Thing) => string
  children: (thing: Thing) => ReactNode
}

const PAGE_COUNT = 50
const SEARCHED_FROM_COUNT = 20

/** However many there are, the page draws a screenful or two, and finds the others by what is typed. */
export function LongList<Thing>({ label, things, search, textOf, children }: LongListProps<Thing>) {
  const [text, setText] = useState('')
  const [pages, setPages] = useState(1)
  const wanted = text.trim().toLowerCase()
  const found = wanted ? things.filter((thing) => textOf(thing).toLowerCase().includes(wanted)) : things
  const shown = found.slice(0, pages * PAGE_COUNT)
  const find = (typed: string) => {
    setText(typed)
    setPages(1)
  }
  return (
    <>
      {(things.length >= SEARCHED_FROM_COUNT || text) && <Search label={search} text={text} onText={find} />}
      <ItemList label={label}>{shown.map(children)}</ItemList>
      {(wanted || found.length > shown.length) && (
        <div className="mt-6 flex flex-wrap items-center justify-between gap-3">
          <p role="status" className="text-13 text-muted">
            {found.length === 0 ? t('None like it.') : countText(shown.length, found.length)}
          </p>
          {found.length > shown.length && <Button onClick={() => setPages(pages + 1)}>{t('Show more')}</Button>}
        </div>
      )}
    </>
  )
}

function countText(shown: number, found: number): string {
  return shown === found
    ? t('{found} found.', { found: numberText(found) })
    : t('{shown} of {found} shown.', { shown: numberText(shown), found: numberText(found) })
}

function Search({ label, text, onText }: { label: string; text: string; onText: (text: string) => void }) {
  return (
    <input
      type="search"
      value={text}
      onChange={(event) => onText(event.currentTarget.value)}
      placeholder={label}
      aria-label={label}
      autoComplete="off"
      spellCheck={false}
      className={`mb-3 sm:max-w-72 ${controlClass(false)}`}
    />
  )
}
