'use client'
import { controlClass, Field } from '@repo/ui/field'

interface WordSelectProps<Word extends string> {
  id: string
  name?: string
  label: string
  words: Readonly<Record<Word, string>>
  initial: Word
}

/** One of a few words, as a part of a form. */
export function WordSelect<Word extends string>({ id, name, label, words, initial }: WordSelectProps<Word>) {
  return (
    <Field id={id} label={label}>
      <select id={id} name={name} defaultValue={initial} className={controlClass(false)}>
        {(Object.keys(words) as Word[]).map((word) => (
          <option key={word} value={word}>
            {words[word]}
          </option>
        ))}
      </select>
    </Field>
  )
}
