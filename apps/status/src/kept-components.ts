import type { PublicPage } from '@repo/contracts/public-page'

/** A page of which each component that is as it was before is the very object that it was: what was drawn of that still holds. */
export function keepComponents(page: PublicPage, before: PublicPage | undefined): PublicPage {
  if (!before) return page
  const known = new Map(before.sections.flatMap(({ components }) => components.map((one) => [one.id, one] as const)))
  const sections = page.sections.map((section) => ({
    ...section,
    components: section.components.map((component) => {
      const former = known.get(component.id)
      return former && Bun.deepEquals(former, component, true) ? former : component
    }),
  }))
  return { ...page, sections }
}
