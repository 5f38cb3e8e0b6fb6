import type { PublicPage } from '@repo/contracts/public-page'
import type { Snapshot } from 'status/snapshots'
import { hostileTexts } from 'status/testing/hostile-texts'
import {
  at,
  daysWith,
  idOf,
  makeComponent,
  makeIncident,
  makeMaintenance,
  makePage,
  makeShop,
  sectionOf,
  shownAtMs,
  snapshotOf,
} from 'status/testing/pages'
import { openPage, type WatchedPage } from './chromium.ts'
import { openStatusPages, type StatusGround } from './status-ground.ts'

/** The pages of a shop, each as it looks at another time, and how they are visited. */

const outageToday = daysWith({ 0: [48_000, 0, 4_800, 0, 0], 41: [80_000, 0, 0, 6_400, 0] })

function makeOutage(): PublicPage {
  const [shop, developers] = makeShop().sections
  const components = (shop?.components ?? []).map((component, place) =>
    place === 2 ? { ...component, state: 'partial_outage' as const, since: at(80), days: outageToday } : component,
  )
  const body =
    'Our payment partner does not answer. **Orders are kept**, and paid once it does:\n\n* cards are refused\n* invoices work\n\nFollow it at [their page](https://partner.example/status).'
  return makeShop({
    ...{ slug: 'outage', sections: [sectionOf(components), ...(developers ? [developers] : [])], maintenances: [] },
    incidents: [
      makeIncident(300, {
        ...{ title: 'Card payments are refused', impact: 'major', beganAt: at(80), componentIds: [idOf(3)] },
        updates: [
          { id: idOf(301), phase: 'monitoring', body: 'Most cards are accepted again. We are watching.', at: at(4) },
          { id: idOf(302), phase: 'identified', body, at: at(52) },
          { id: idOf(303), phase: 'investigating', body: 'Some payments do not go through.', at: at(76) },
        ],
      }),
      ...makeShop().incidents,
    ],
    announcements: [
      {
        id: idOf(1),
        title: 'Prices from January on',
        body: 'See [the list](https://shop.example/prices).',
        at: at(2_000),
      },
    ],
  })
}

const maintained = makeShop({
  ...{ slug: 'maintained', indicator: 'maintenance', incidents: [], title: 'Shop' },
  sections: [
    sectionOf([
      makeComponent(1, { name: 'Storefront' }),
      makeComponent(2, {
        name: 'Search',
        state: 'under_maintenance',
        since: at(20),
        days: daysWith({ 0: [51_000, 0, 0, 0, 1_200] }),
      }),
    ]),
  ],
  maintenances: [
    makeMaintenance(201, {
      title: 'A larger index',
      state: 'in_progress',
      startsAt: at(20),
      endsAt: at(-40),
      body: 'Results may lack what is new.',
      componentIds: [idOf(2)],
    }),
    makeMaintenance(200),
  ],
})

/** Of a Wednesday, whose name leaves no room for the hours beside it. */
const longNamed = makeMaintenance(202, { state: 'completed', startsAt: at(6_000), endsAt: at(5_900) })

/** Everything works again, and today had an outage. */
const recovered = makePage({
  ...{ slug: 'recovered', title: 'Shop' },
  sections: [sectionOf([makeComponent(1, { name: 'Search', days: outageToday, uptimePercent: 99.93 })])],
})

const many = makePage({
  ...{ slug: 'many', title: 'Many', indicator: 'none' },
  sections: Array.from({ length: 5 }, (_, section) => ({
    ...sectionOf(
      Array.from({ length: 10 }, (_, place) => makeComponent(section * 10 + place + 1)),
      `Section ${section}`,
    ),
    id: idOf(900 + section),
  })),
})

/** Fifty components, and as much said of them as in a week in which nothing goes well. */
const laden = makePage({
  ...many,
  ...{ slug: 'laden', indicator: 'critical' },
  sections: many.sections.map((section) => ({
    ...section,
    components: section.components.map((component, place) =>
      place % 3 === 0 ? { ...component, state: 'major_outage' as const, since: at(80), days: outageToday } : component,
    ),
  })),
  incidents: Array.from({ length: 12 }, (_, place) =>
    makeIncident(500 + place * 10, {
      ...{ impact: 'critical', componentIds: many.sections[place % 5]?.components.map(({ id }) => id) ?? [] },
      ...(place > 3 && { phase: 'resolved', beganAt: at(place * 700), resolvedAt: at(place * 700 - 40) }),
    }),
  ),
  maintenances: [
    makeMaintenance(700),
    makeMaintenance(701, { state: 'in_progress', startsAt: at(20), endsAt: at(-40) }),
  ],
})

const hostile = {
  ...makePage({ slug: 'hostile', title: '</title><script>alert(1)</script>' }),
  sections: [
    sectionOf(
      hostileTexts.map((text, place) => makeComponent(place + 1, { name: text, description: text, days: null })),
      '<img src=x onerror=alert(1)>',
    ),
  ],
  incidents: [
    makeIncident(400, {
      ...{ title: '<script>alert(1)</script>', impact: 'minor' },
      updates: hostileTexts.map((body, place) => ({ id: idOf(410 + place), phase: 'identified', body, at: at(place) })),
    }),
  ],
}

const stale = { ...snapshotOf(makeShop({ slug: 'stale' }), 5), readAtMs: shownAtMs - 300_000 }
const shown: readonly Snapshot[] = [
  snapshotOf(makeShop(), 1),
  snapshotOf(makeOutage(), 2),
  snapshotOf(maintained, 3),
  snapshotOf(recovered, 4),
  stale,
  snapshotOf(many, 6),
  snapshotOf(hostile, 7),
  snapshotOf(laden, 9),
  ...(['en', 'de', 'ja'] as const).flatMap((language, place) => [
    snapshotOf({ ...makeOutage(), language, slug: `outage-${language}` }, 10 + place),
    snapshotOf(
      {
        ...maintained,
        maintenances: [...maintained.maintenances, longNamed],
        language,
        slug: `maintained-${language}`,
      },
      20 + place,
    ),
  ]),
  snapshotOf(makeShop({ slug: 'german', language: 'de', timeZone: 'Europe/Berlin' }), 8),
]

export interface Look {
  readonly width?: number
  readonly theme?: 'light' | 'dark'
  readonly timezoneId?: string
  readonly javaScriptEnabled?: boolean
}

export interface ShopGround {
  readonly pages: StatusGround
  /** `shop/history`, at the instant of which it tells. */
  visit(path: string, look?: Look): Promise<WatchedPage>
}

export function openShopPages(): ShopGround {
  const pages = openStatusPages(shown)
  return { pages, visit }

  async function visit(
    path: string,
    { width = 1280, theme = 'light', timezoneId = 'UTC', ...options }: Look = {},
  ): Promise<WatchedPage> {
    const viewport = { width, height: 900 }
    const watched = await openPage(pages.browser, {
      url: pages.url,
      colorScheme: theme,
      viewport,
      timezoneId,
      ...options,
    })
    await watched.page.clock.setFixedTime(shownAtMs)
    await watched.page.goto(`/status/${path}`)
    return watched
  }
}
