import { z } from 'zod'
import type { PageComponent, PageContent, PagePart } from './status-pages.ts'

/** What publishing a page would change for outsiders, part by part. */

const named = { id: z.string(), name: z.string() }
const difference = { field: z.string(), before: z.unknown(), after: z.unknown() }

export const pageChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('setting_changed'), ...difference }),
  z.object({ kind: z.literal('section_added'), ...named }),
  z.object({ kind: z.literal('section_removed'), ...named }),
  z.object({ kind: z.literal('section_renamed'), ...named, before: z.string() }),
  z.object({ kind: z.literal('section_moved'), ...named }),
  z.object({ kind: z.literal('section_changed'), ...named, ...difference }),
  z.object({ kind: z.literal('component_added'), ...named }),
  z.object({ kind: z.literal('component_removed'), ...named }),
  z.object({ kind: z.literal('component_renamed'), ...named, before: z.string() }),
  /** Within what it stands in, or to another section or component, whose ids these are. */
  z.object({ kind: z.literal('component_moved'), ...named, fromId: z.string(), toId: z.string() }),
  z.object({ kind: z.literal('component_changed'), ...named, ...difference }),
])
export type PageChange = z.output<typeof pageChangeSchema>

/** `GET /api/v1/status-pages/:id/changes`: settings first, then sections, then components. */
export const pageChangesSchema = z.object({ items: z.array(pageChangeSchema) })

const settings = [
  'title',
  'description',
  'theme',
  'language',
  'timeZone',
  'homepage',
  'contact',
  'isListed',
  'access',
  'publishRule',
] as const

/** All that is written of a page before it is published. */
export interface Written {
  readonly slug: string
  readonly content: PageContent
}

/** @param before null where nothing is published: all of it is new then. */
export function pageChanges(before: Written | null, after: Written): PageChange[] {
  const [was, is] = [before?.content ?? null, after.content]
  return [
    ...(before ? settingsChanged(before, after) : []),
    ...compare(sectionsOf(was), sectionsOf(is), { what: 'section', fields: ['isFolded'] }),
    ...compare(componentsOf(was), componentsOf(is), {
      what: 'component',
      fields: ['description', 'source', 'showsUptime', 'showsChart'],
    }),
  ]
}

function settingsChanged(before: Written, after: Written) {
  const changes = [
    ...changeOf('slug', before.slug, after.slug),
    ...settings.flatMap((field) => changeOf(field, before.content[field], after.content[field])),
  ]
  return changes.map((change) => ({ kind: 'setting_changed' as const, ...change }))
}

interface Placed {
  readonly id: string
  readonly name: string
  /** The section, or the component that it is a part of. */
  readonly within: string
  readonly values: Readonly<Record<string, unknown>>
}

function sectionsOf(content: PageContent | null): Placed[] {
  return (content?.sections ?? []).map(({ id, name, isFolded }) => ({ id, name, within: '', values: { isFolded } }))
}

function componentsOf(content: PageContent | null): Placed[] {
  return (content?.sections ?? []).flatMap(({ id, components }) =>
    components.flatMap((component) => [
      placed(component, id),
      ...component.parts.map((part) => placed(part, component.id)),
    ]),
  )
}

function placed({ id, name, ...values }: PageComponent | PagePart, within: string): Placed {
  return { id, name, within, values }
}

interface Compared<What extends 'section' | 'component'> {
  readonly what: What
  readonly fields: readonly string[]
}

function compare(
  before: readonly Placed[],
  after: readonly Placed[],
  { what, fields }: Compared<'section' | 'component'>,
): PageChange[] {
  const was = new Map(before.map((one) => [one.id, one]))
  const is = new Map(after.map((one) => [one.id, one]))
  const moved = movedAmong(
    before.filter(({ id }) => is.has(id)),
    after.filter(({ id }) => was.has(id)),
  )
  const removed = before.filter(({ id }) => !is.has(id)).map(({ id, name }) => ({ kind: `${what}_removed`, id, name }))
  const others = after.flatMap(({ id, name, within, values }) => {
    const old = was.get(id)
    if (!old) return [{ kind: `${what}_added`, id, name }]
    const place = what === 'component' ? { fromId: old.within, toId: within } : {}
    return [
      ...(old.name === name ? [] : [{ kind: `${what}_renamed`, id, name, before: old.name }]),
      ...(moved.has(id) ? [{ kind: `${what}_moved`, id, name, ...place }] : []),
      ...fields
        .flatMap((field) => changeOf(field, old.values[field], values[field]))
        .map((change) => ({ kind: `${what}_changed`, id, name, ...change })),
    ]
  })
  return [...removed, ...others] as PageChange[]
}

function changeOf(field: string, before: unknown, after: unknown) {
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ field, before, after }]
}

/** Those that stand in something else than before, and as few others as make the order what it is. */
function movedAmong(before: readonly Placed[], after: readonly Placed[]): ReadonlySet<string> {
  const old = new Map(before.map((one, place) => [one.id, { ...one, place }]))
  const stayed = after.filter(({ id, within }) => old.get(id)?.within === within)
  const kept = new Set<string>()
  for (const together of Map.groupBy(stayed, ({ within }) => within).values())
    for (const place of longestRise(together.map(({ id }) => old.get(id)?.place ?? 0))) {
      const one = together[place]
      if (one) kept.add(one.id)
    }
  return new Set(after.map(({ id }) => id).filter((id) => !kept.has(id)))
}

/** The places of a longest subsequence that rises. */
function longestRise(values: readonly number[]): number[] {
  const lengths: number[] = []
  const previous: number[] = []
  for (const [place, value] of values.entries()) {
    let [best, from] = [0, -1]
    for (let other = 0; other < place; other += 1) {
      if ((values[other] ?? 0) < value && (lengths[other] ?? 0) > best) [best, from] = [lengths[other] ?? 0, other]
    }
    lengths.push(best + 1)
    previous.push(from)
  }
  const found: number[] = []
  for (let place = lengths.indexOf(Math.max(...lengths)); place >= 0; place = previous[place] ?? -1)
    found.unshift(place)
  return found
}
