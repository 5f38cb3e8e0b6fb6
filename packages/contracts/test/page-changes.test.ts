import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { pageChanges } from '../src/page-changes.ts'
import { type PageContent, pageContentSchema } from '../src/status-pages.ts'

const uuid = () => crypto.randomUUID()
const ids = Array.from({ length: 8 }, uuid)
const sectionIds = [uuid(), uuid()] as const

const component = (place: number, more: object = {}) => ({
  ...{ id: ids[place] ?? uuid(), name: `C${place}`, source: { kind: 'manual' } },
  ...more,
})

/** A page of two sections with these components. */
function page(first: readonly object[], second: readonly object[] = [], more: object = {}): PageContent {
  const sections = [first, second].map((components, place) => ({
    ...{ id: sectionIds[place], name: `S${place}` },
    components,
  }))
  return pageContentSchema.parse({ title: 'Shop', sections, ...more })
}

const written = (content: PageContent, slug = 'shop') => ({ slug, content })

/** `component_moved C1`. */
const told = (before: PageContent | null, after: PageContent) =>
  pageChanges(before && written(before), written(after)).map((change) =>
    change.kind === 'setting_changed' ? `${change.kind} ${change.field}` : `${change.kind} ${change.name}`,
  )

describe('what publishing would change', () => {
  const [a, b, c] = [component(0), component(1), component(2)]

  test.each<[string, PageContent | null, PageContent, string[]]>([
    ['nothing', page([a, b]), page([a, b]), []],
    ['all of it is new', null, page([a]), ['section_added S0', 'section_added S1', 'component_added C0']],
    ['one more', page([a]), page([a, b]), ['component_added C1']],
    ['one less', page([a, b]), page([b]), ['component_removed C0']],
    ['another name', page([a]), page([{ ...a, name: 'New' }]), ['component_renamed New']],
    ['one moved', page([a, b, c]), page([c, a, b]), ['component_moved C2']],
    ['one in another section', page([a, b]), page([a], [b]), ['component_moved C1']],
    ['a setting', page([a]), page([a], [], { isListed: false }), ['setting_changed isListed']],
    ['a field of one', page([a]), page([{ ...a, showsUptime: false }]), ['component_changed C0']],
    ['one before the others moves none of them', page([b, c]), page([a, b, c]), ['component_added C0']],
  ])('is %s', (_what, before, after, expected) => {
    expect(told(before, after)).toEqual(expected)
  })

  test('says from where and to where, and what was and will be', () => {
    expect(pageChanges(written(page([a])), written(page([], [{ ...a, description: 'Fast' }])))).toEqual([
      { kind: 'component_moved', id: a.id, name: 'C0', fromId: sectionIds[0], toId: sectionIds[1] },
      { kind: 'component_changed', id: a.id, name: 'C0', field: 'description', before: '', after: 'Fast' },
    ])
  })

  test('is the address, before all other settings', () => {
    const [before, after] = [page([a]), page([a], [], { isListed: false })]
    expect(pageChanges(written(before), written(after, 'store'))).toEqual([
      { kind: 'setting_changed', field: 'slug', before: 'shop', after: 'store' },
      { kind: 'setting_changed', field: 'isListed', before: true, after: false },
    ])
  })

  test('tells of parts as of components', () => {
    const parts = (...list: object[]) => ({ ...a, source: { kind: 'parts' }, parts: list })
    expect(told(page([parts(b, c)]), page([parts(c, b)]))).toEqual([expect.stringMatching(/^component_moved C[12]$/)])
    expect(told(page([parts(b, c)]), page([parts(b), c]))).toEqual(['component_moved C2'])
  })

  test('moves no more than it must: what is not told of stands in its order', () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7])
    fc.assert(
      fc.property(order, order, (before, after) => {
        const changes = pageChanges(
          written(page(before.map((place) => component(place)))),
          written(page(after.map((place) => component(place)))),
        )
        const moved = new Set(changes.flatMap((one) => (one.kind === 'component_moved' ? [one.name] : [])))
        const kept = (places: number[], other: number[]) =>
          places.filter((place) => other.includes(place) && !moved.has(`C${place}`))
        expect(kept(before, after)).toEqual(kept(after, before))
        expect(moved.size === 0).toBe(
          before.filter((one) => after.includes(one)).join() === after.filter((one) => before.includes(one)).join(),
        )
      }),
    )
  })
})
