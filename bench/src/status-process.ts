import type { PublicPage } from '@repo/contracts/public-page'
import { systemClock } from '@repo/service/clock'
import { createLog } from '@repo/service/log'
import { createPageStore } from 'status/page-store'
import { renderPage } from 'status/render'
import { createStatusServer } from 'status/server'
import { daysWith, idOf, makeComponent, makeIncident, makePage, sectionOf, snapshotOf } from 'status/testing/pages'
import { viewOf } from 'status/view'
import { machineMs } from './live-watchers.ts'

/**
 * The server of the status pages with pages in memory and nothing behind it. Prints its port; answers `change` by changing the first
 * page (the title of its incident says when), and `render` by what it takes to draw every page once, in milliseconds.
 */
const [, , pageCount = '1', componentCount = '1'] = process.argv
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
  return makePage({
    ...{ slug: `page-${number}`, title: `Page ${number}`, indicator: 'minor' },
    sections: [sectionOf(components)],
    incidents: [incident],
  })
}

function renderAll(): string {
  const tookMs = pages.map((page, number) => {
    const kept = { snapshot: snapshotOf(page, number), revision: 1, version: `${number}` }
    const beganAtMs = performance.now()
    const scene = { kept, base: '/status/x', origin: '', updatedAtMs: Date.now(), isStale: false }
    const html = renderPage(viewOf({ ...scene, ways: { mail: true, hooks: true } }))
    if (!html.includes(`Component 0 of ${number}`)) throw new Error('a page was not drawn')
    return performance.now() - beganAtMs
  })
  tookMs.sort((one, other) => one - other)
  const at = (share: number) => tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] ?? 0
  return JSON.stringify({ pages: tookMs.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) })
}

for await (const line of console) {
  if (line === 'render') console.log(renderAll())
  else {
    const [first] = pages
    const incidents = first?.incidents.map((one) => ({ ...one, title: `told ${machineMs()} told` })) ?? []
    if (first) store.put(snapshotOf({ ...first, incidents }, 0))
    console.log('told')
  }
}
