'use client'
import { TextField } from '@repo/ui/field'
import type { ComponentProps } from 'react'

/** The IANA name of a place, found by what is typed. */
export function TimeZoneField(props: Omit<ComponentProps<typeof TextField>, 'list'>) {
  const listId = `${props.id}-zones`
  return (
    <>
      <TextField {...props} list={listId} autoComplete="off" spellCheck={false} className="num" />
      <datalist id={listId}>
        {['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  )
}
