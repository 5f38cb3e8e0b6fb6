import type { PublicPage } from '@repo/contracts/public-page'
import { at, idOf, makeComponent, makeIncident, makeMaintenance, makePage, sectionOf } from './pages.ts'

/** What names may be: as long as they can be, from right to left, without a space, of signs that are drawn as pictures. */
export const oddNames = [
  'Checkout '.repeat(22).trim(),
  'Zahlungsdienstleistungsschnittstellenverfügbarkeitsüberwachung'.repeat(3),
  'خدمة الدفع عبر الإنترنت',
  'שירות תשלומים (API v2)',
  '🚀👩‍👩‍👧‍👦🏴‍☠️ Launches',
  '支払いゲートウェイ'.repeat(12),
  'a'.repeat(200),
  `${'.'.repeat(120)} dots`,
  'i',
] as const

const words = 'Zahlungsdienstleistungsschnittstelle '.repeat(6).trim()

/** A page of so many components that it is more than anybody reads, with odd names wherever there are names. */
export function makeHeavyPage(components: number, given: Partial<PublicPage> = {}): PublicPage {
  const nameOf = (number: number) => oddNames[number % oddNames.length] ?? ''
  const made = Array.from({ length: components }, (_, place) =>
    makeComponent(place + 1, {
      name: nameOf(place),
      description: place % 7 === 0 ? words : '',
      state: place % 9 === 3 ? 'major_outage' : 'operational',
      since: place % 9 === 3 ? at(80) : null,
    }),
  )
  const perSection = Math.ceil(components / 5)
  const ids = made.slice(0, 9).map(({ id }) => id)
  return makePage({
    ...{ slug: 'heavy', title: oddNames[1], description: words, indicator: 'critical' },
    sections: Array.from({ length: 5 }, (_, number) => ({
      ...sectionOf(made.slice(number * perSection, (number + 1) * perSection), nameOf(number)),
      id: idOf(900 + number),
    })),
    incidents: oddNames.map((title, place) =>
      makeIncident(1_000 + place * 10, {
        ...{ title, impact: 'major', componentIds: ids },
        updates: [{ id: idOf(2_000 + place), phase: 'identified', body: title, at: at(place) }],
      }),
    ),
    maintenances: oddNames.map((title, place) =>
      makeMaintenance(3_000 + place, { title, body: words, state: place % 2 ? 'in_progress' : 'scheduled' }),
    ),
    announcements: [{ id: idOf(4_000), title: nameOf(6), body: nameOf(1), at: at(2_000) }],
    ...given,
  })
}
