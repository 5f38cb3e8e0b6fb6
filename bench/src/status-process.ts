import type { PublicDay, PublicPage } from '@repo/contracts/public-page'
import { systemClock } from '@repo/service/clock'
import { createLog } from '@repo/service/log'
import { createPageStore, type KeptPage } from 'status/page-store'
import { renderPage } from 'status/render'
import { createStatusServer } from 'status/server'
import { daysWith, idOf, makeComponent, makeIncident, makePage, sectionOf, snapshotOf } from 'status/testing/pages'
import { viewOf } from 'status/view'
import { machineMs } from './live-watchers.ts'

/**
 * The server of the status pages with pages in memory and nothing behind it. Prints its port; answers `change` by changing the first
 * page (the title of its incident says when), and each of `drawings` by what it takes to draw every page once, in milliseconds.
 */
const [, , pageCount = '1', componentCount = '1'] = process.argv
const outage: PublicDay = [80_000, 0, 60, 0, 0]
const pages = Array.from({ length: Number(pageCount) }, (_, number) => pageOf(number))
const store = createPageStore(pages.map((page, number) => snapshotOf(page, number)))
store.confirm(Date.now())
setInterval(() => store.confirm(Date.now()), 2_000)
const deps = {
  store,
  clock: systemClock,
  log: createLog('status', 'silent'),
  trustedProxies: [],
  publicUrl: undefined,
  logoOf: () => undefined,
}
const service = createStatusServer({
  ...deps,
  // Nothing of this asks a database.
  sql: {} as never,
  ...{ host: '127.0.0.1', port: 0, onListening: (url) => console.log(new URL(url).port) },
})
void service(new AbortController().signal)

function pageOf(number: number): PublicPage {
  const components = Array.from({ length: Number(componentCount) }, (_, place) =>
    makeComponent(number * 1_000 + place, {
      name: `Component ${place} of ${number}`,
      days: daysWith({ [place % 90]: [80_000, 6_000, 400, 0, 0], [(place + number) % 90]: null }),
      uptimePercent: 99.987,
      responseMs: place % 5 === 0 ? Array.from({ length: 24 }, (_, hour) => 100 + hour) : null,
    }),
  )
  const incident = makeIncident(900_000 + number, { componentIds: [idOf(number * 1_000)] })
  const page = makePage({
    ...{ slug: `page-${number}`, title: `Page ${number}`, indicator: 'minor' },
    incidents: [incident],
  })
  // Not parsed: days that were well are one object in all pages, as they are where they were read from a database.
  return { ...page, sections: [sectionOf(components)] }
}

/** What comes before a page is drawn: nothing where it is the first time or a minute has passed, or a change of one component. */
const drawings: Readonly<Record<string, (kept: KeptPage) => KeptPage>> = {
  first: (kept) => kept,
  later: (kept) => kept,
  changed({ snapshot }) {
    store.put({ ...snapshot, page: withChange(snapshot.page) })
    return store.byId(snapshot.id) ?? fail('a page is gone')
  },
}

/** As it would be read of a database: every component another object, and one of them another one indeed. */
function withChange(page: PublicPage): PublicPage {
  const sections = page.sections.map((section) => ({
    ...section,
    components: section.components.map((one, place) => ({
      ...one,
      days: place === 7 ? [...(one.days ?? []).slice(0, -1), outage] : (one.days?.slice() ?? null),
    })),
  }))
  return { ...page, sections }
}

function drawAll(what: string): string {
  const prepare = drawings[what] ?? fail(`nothing is drawn by ${what}`)
  const drawn = store.all().map((kept) => drawOne(kept, prepare))
  const [at, cpuAt] = [sharesOf(drawn.map(({ ms }) => ms)), sharesOf(drawn.map(({ cpuMs }) => cpuMs))]
  const took = { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
  return JSON.stringify({ pages: drawn.length, ...took, cpuP50Ms: cpuAt(0.5), cpuP99Ms: cpuAt(0.99) })
}

function sharesOf(values: readonly number[]): (share: number) => number {
  const sorted = values.toSorted((one, other) => one - other)
  return (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** `cpuMs` is that of all threads, on one core: how long it takes where nobody else is on it. */
function drawOne(kept: KeptPage, prepare: (kept: KeptPage) => KeptPage): { ms: number; cpuMs: number } {
  const before = process.cpuUsage()
  const beganAtMs = performance.now()
  const { title } = kept.snapshot.page
  // Not that by which pages were drawn ahead: none of these rows is there before.
  const scene = { kept: prepare(kept), base: '/status/x', origin: '', updatedAtMs: Date.now(), isStale: false }
  const html = renderPage(viewOf({ ...scene, ways: { mail: true, hooks: true } }))
  // It is put together only where somebody looks into it.
  if (!html.includes(title)) fail('a page was not drawn')
  const ms = performance.now() - beganAtMs
  const { user, system } = process.cpuUsage(before)
  return { ms, cpuMs: (user + system) / 1_000 }
}

function fail(why: string): never {
  throw new Error(why)
}

for await (const line of console) {
  if (line in drawings) console.log(drawAll(line))
  else {
    const [first] = pages
    const incidents = first?.incidents.map((one) => ({ ...one, title: `told ${machineMs()} told` })) ?? []
    if (first) store.put(snapshotOf({ ...first, incidents }, 0))
    console.log('told')
  }
}
