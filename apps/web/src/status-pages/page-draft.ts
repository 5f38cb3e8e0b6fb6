import type { Monitor } from '@repo/contracts/monitors'
import type { PageComponent, PageContent, PagePart } from '@repo/contracts/status-pages'

/** What is done to a page while it is written. Each gives another content, and leaves what it was given as it is. */

type Section = PageContent['sections'][number]

/** What a component and a part of one have alike, and may be written anew. */
export type LeafChange = Pick<PagePart, 'name' | 'description' | 'showsUptime' | 'showsChart'>

export const emptyContent: Omit<PageContent, 'title' | 'sections'> = {
  description: '',
  theme: { mode: 'auto', accent: null },
  language: 'en',
  timeZone: 'UTC',
  homepage: null,
  contact: null,
  isListed: true,
  access: { kind: 'public' },
  publishRule: { kind: 'person' },
}

export function newSection(name: string, components: readonly PageComponent[] = []): Section {
  return { id: crypto.randomUUID(), name, isFolded: false, components: [...components] }
}

/** The public reads its name, and never what the monitor is called or where it looks: that is for whoever writes to change. */
export function componentOfMonitor({ id, name }: Pick<Monitor, 'id' | 'name'>): PageComponent {
  return componentOf(name, { kind: 'monitor', monitorId: id })
}

export function componentOf(name: string, source: PageComponent['source']): PageComponent {
  const id = crypto.randomUUID()
  return { id, name, description: '', showsUptime: true, showsChart: false, source, parts: [] }
}

/** A page of the first monitors, to begin with. */
export function firstContent(title: string, monitors: readonly Pick<Monitor, 'id' | 'name'>[]): PageContent {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return { ...emptyContent, title, timeZone, sections: [newSection('', monitors.map(componentOfMonitor))] }
}

export function changeSection(content: PageContent, id: string, change: Partial<Section>): PageContent {
  return { ...content, sections: content.sections.map((one) => (one.id === id ? { ...one, ...change } : one)) }
}

export function addComponent(content: PageContent, sectionId: string, component: PageComponent): PageContent {
  const components = content.sections.find(({ id }) => id === sectionId)?.components ?? []
  return changeSection(content, sectionId, { components: [...components, component] })
}

export function changeComponent(content: PageContent, id: string, change: Partial<LeafChange>): PageContent {
  return mapComponents(content, (components) =>
    components.map((one) => {
      if (one.id === id) return { ...one, ...change } as PageComponent
      if (!one.parts.some((part) => part.id === id)) return one
      return { ...one, parts: one.parts.map((part) => (part.id === id ? ({ ...part, ...change } as PagePart) : part)) }
    }),
  )
}

/** A component that has lost its last part is gone with it. */
export function removeComponent(content: PageContent, id: string): PageContent {
  return mapComponents(content, (components) =>
    components.flatMap((one) => {
      if (one.id === id) return []
      const parts = one.parts.filter((part) => part.id !== id)
      return parts.length === 0 && one.parts.length > 0 ? [] : [{ ...one, parts }]
    }),
  )
}

function mapComponents(content: PageContent, map: (components: PageComponent[]) => PageComponent[]): PageContent {
  return {
    ...content,
    sections: content.sections.map((section) => ({ ...section, components: map(section.components) })),
  }
}

/** Where a component stands among all: in which section, and there at which place. */
export interface Place {
  readonly section: number
  readonly index: number
}

export function placeOf({ sections }: PageContent, id: string): Place | undefined {
  for (const [section, { components }] of sections.entries()) {
    const index = components.findIndex((one) => one.id === id)
    if (index >= 0) return { section, index }
  }
  return undefined
}

/** One step up or down; over the edge of its section into the next one. Undefined where there is no such place. */
export function stepFrom({ sections }: PageContent, { section, index }: Place, step: -1 | 1): Place | undefined {
  const count = sections[section]?.components.length ?? 0
  const next = index + step
  if (next >= 0 && next < count) return { section, index: next }
  const other = sections[section + step]
  if (!other) return undefined
  return { section: section + step, index: step > 0 ? 0 : other.components.length }
}

export function moveComponent(content: PageContent, id: string, { section, index }: Place): PageContent {
  const from = placeOf(content, id)
  const moved = from && content.sections[from.section]?.components[from.index]
  if (!moved) return content
  const without = mapComponents(content, (components) => components.filter((one) => one.id !== id))
  const sections = without.sections.map((one, place) =>
    place === section ? { ...one, components: one.components.toSpliced(index, 0, moved) } : one,
  )
  return { ...without, sections }
}

export function moveSection(content: PageContent, id: string, step: -1 | 1): PageContent {
  const from = content.sections.findIndex((one) => one.id === id)
  const to = from + step
  const moved = content.sections[from]
  if (!moved || to < 0 || to >= content.sections.length) return content
  return { ...content, sections: content.sections.toSpliced(from, 1).toSpliced(to, 0, moved) }
}

export function sameContent(one: PageContent, other: PageContent): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

const parts = [
  ...['title', 'description', 'sections', 'theme', 'language', 'timeZone', 'homepage', 'contact', 'isListed'],
  ...['access', 'publishRule'],
] as (keyof PageContent)[]

/**
 * What two people wrote at the same time, put together: of each part the change of the one who made it. Undefined where both
 * changed the same part in different ways.
 */
export function mergeContents(base: PageContent, mine: PageContent, theirs: PageContent): PageContent | undefined {
  const merged: Record<string, unknown> = {}
  for (const part of parts) {
    const [was, own, other] = [base, mine, theirs].map((content) => JSON.stringify(content[part]))
    if (own !== was && other !== was && own !== other) return undefined
    merged[part] = own === was ? theirs[part] : mine[part]
  }
  return merged as unknown as PageContent
}
