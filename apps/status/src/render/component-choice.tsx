/** @jsxImportSource hono/jsx */
import type { PublicPage } from '@repo/contracts/public-page'

interface ComponentChoiceProps {
  readonly page: PublicPage
  readonly legend: string
  /** Where a heading says the same: it is there for those who hear the page. */
  readonly isLegendUnseen?: boolean
  /** Null where it is about all of them. */
  readonly chosen?: readonly string[] | null
}

/** Without a component that is ticked it is about all of them. */
export function ComponentChoice({ page, legend, isLegendUnseen = false, chosen = null }: ComponentChoiceProps) {
  const components = page.sections.flatMap((section) => section.components)
  return (
    <fieldset>
      <legend class={isLegendUnseen ? 'unseen' : undefined}>{legend}</legend>
      {components.map(({ id, name }) => (
        <label>
          <input type="checkbox" name="components" value={id} checked={chosen?.includes(id)} />
          {name}
        </label>
      ))}
    </fieldset>
  )
}
