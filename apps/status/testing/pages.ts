import {
  type PublicComponent,
  type PublicDay,
  type PublicIncident,
  type PublicMaintenance,
  type PublicPage,
  publicPageSchema,
} from '@repo/contracts/public-page'
import type { ComponentState } from '@repo/domain/status-page'
import type { Snapshot } from '../src/snapshots.ts'

/** Sunday 29 November 2026, 14:40:09 in UTC. */
export const shownAtMs = Date.UTC(2026, 10, 29, 14, 40, 9)
export const at = (minutesAgo: number) => new Date(shownAtMs - minutesAgo * 60_000).toISOString()

/** The same each time, so that pictures of it are. */
export function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

export const wholeDay: PublicDay = [86_400, 0, 0, 0, 0]
/** Ninety days that were well, beside those that are named by how many days ago they were. */
export function daysWith(others: Readonly<Record<number, PublicDay>> = {}): PublicDay[] {
  return Array.from({ length: 90 }, (_, index) => (89 - index in others ? (others[89 - index] ?? null) : wholeDay))
}

export function makeComponent(number: number, given: Partial<PublicComponent> = {}): PublicComponent {
  return {
    ...{ id: idOf(number), name: `Component ${number}`, description: '', state: 'operational', since: null },
    lastKnown: given.state === undefined || given.state === 'unknown' ? 'operational' : given.state,
    ...{ days: daysWith(), uptimePercent: 100, responseMs: null, parts: [] },
    ...given,
  }
}

export function makeIncident(number: number, given: Partial<PublicIncident> = {}): PublicIncident {
  return {
    ...{ id: idOf(number), title: 'Slow search results', impact: 'minor', phase: 'identified', beganAt: at(38) },
    ...{ resolvedAt: null, componentIds: [] },
    updates: [
      {
        id: idOf(number + 1),
        phase: 'identified',
        body: 'One of the search indexes is rebuilding after a deploy. Results are complete but take two to three seconds. We are adding capacity.',
        at: at(19),
      },
      {
        id: idOf(number + 2),
        phase: 'investigating',
        body: 'Searches take longer than usual. Orders and payments are **not** affected.',
        at: at(34),
      },
    ],
    ...given,
  }
}

export function makeMaintenance(number: number, given: Partial<PublicMaintenance> = {}): PublicMaintenance {
  return {
    ...{ id: idOf(number), title: 'Database upgrade', body: 'Orders may take up to a minute longer.' },
    ...{ state: 'scheduled', startsAt: at(-12 * 60), endsAt: at(-12 * 60 - 30), componentIds: [] },
    ...given,
  }
}

export function makePage(given: Partial<PublicPage> = {}): PublicPage {
  return publicPageSchema.parse({
    ...{ slug: 'shop', domain: null, title: 'Shop', description: '', language: 'en', timeZone: 'UTC' },
    ...{ theme: { mode: 'auto', accent: null }, homepage: null, contact: null, isListed: true },
    ...{ logo: null },
    ...{ indicator: 'none', today: '2026-11-29', sections: [], incidents: [], maintenances: [], announcements: [] },
    ...given,
  })
}

export function sectionOf(components: readonly PublicComponent[], name = 'Shop') {
  return { id: idOf(900), name, isFolded: false, components: [...components] }
}

export function snapshotOf(page: PublicPage, number = 1): Snapshot {
  return {
    id: idOf(number),
    access: { kind: 'public' },
    passwordHash: null,
    secret: 'secret',
    readAtMs: shownAtMs,
    page,
  }
}

/** A shop whose search is slow: of each kind of thing that a page shows there is one. */
export function makeShop(given: Partial<PublicPage> = {}): PublicPage {
  const state: ComponentState = 'degraded_performance'
  const search = makeComponent(2, {
    ...{ name: 'Search', state, since: at(38), uptimePercent: 99.987 },
    days: daysWith({ 37: [80_000, 6_400, 0, 0, 0], 0: [50_000, 2_280, 0, 0, 0] }),
    responseMs: Array.from({ length: 24 }, (_, hour) => (hour === 9 ? null : 120 + Math.round(60 * Math.sin(hour)))),
  })
  const checkout = makeComponent(3, {
    ...{ name: 'Checkout and payments', uptimePercent: 99.994 },
    days: daysWith({ 22: [86_340, 0, 60, 0, 0], 52: [79_200, 0, 0, 0, 7_200] }),
    parts: [
      makeComponent(31, { name: 'Cards' }),
      makeComponent(32, { name: 'Invoices', days: null, uptimePercent: null }),
    ].map(({ parts: _, ...part }) => part),
  })
  const young = daysWith(Object.fromEntries(Array.from({ length: 9 }, (_, index) => [89 - index, null])))
  return makePage({
    indicator: 'minor',
    homepage: 'https://shop.example/',
    sections: [
      sectionOf([makeComponent(1, { name: 'Storefront' }), search, checkout]),
      {
        ...sectionOf([], 'Developers'),
        id: idOf(901),
        components: [
          makeComponent(4, { name: 'API', uptimePercent: 99.998, days: daysWith({ 58: [85_000, 1_400, 0, 0, 0] }) }),
          makeComponent(5, { name: 'Webhooks', days: young, description: 'Delivered within *one minute*.' }),
        ],
      },
    ],
    incidents: [
      makeIncident(100, { componentIds: [idOf(2)] }),
      makeIncident(110, {
        ...{ title: 'Card payments refused', impact: 'major', phase: 'resolved' },
        ...{ beganAt: at(3 * 1_440), resolvedAt: at(3 * 1_440 - 12), componentIds: [idOf(31)] },
        updates: [{ id: idOf(111), phase: 'resolved', body: 'All cards are accepted again.', at: at(3 * 1_440 - 12) }],
      }),
    ],
    maintenances: [makeMaintenance(200)],
    ...given,
  })
}
