import type { PublicPage, PublicPart } from '@repo/contracts/public-page'
import { Hono } from 'hono'
import type { PageAsked, PageRouteDeps } from '../app.ts'
import { documentOf } from '../document.ts'
import { renderComponent } from '../render/component-page.tsx'

/** A component, or one of its parts. */
export function componentRoutes({ answers }: PageRouteDeps): Hono<PageAsked> {
  return new Hono<PageAsked>({ strict: false }).get('/components/:id', (c) => {
    const found = c.get('found')
    const chosen = findLeaf(found.kept.snapshot.page, c.req.param('id'))
    if (!chosen) return c.notFound()
    const { leaf, parts } = chosen
    return answers.give({ request: c.req.raw, found, key: `/components/${leaf.id}` }, (scene) =>
      documentOf(scene, (view) => renderComponent(view, leaf, parts)),
    )
  })
}

interface Chosen {
  readonly leaf: PublicPart
  readonly parts: readonly PublicPart[]
}

function findLeaf({ sections }: PublicPage, id: string): Chosen | undefined {
  for (const component of sections.flatMap(({ components }) => components)) {
    if (component.id === id) return { leaf: component, parts: component.parts }
    const part = component.parts.find((one) => one.id === id)
    if (part) return { leaf: part, parts: [] }
  }
  return undefined
}
