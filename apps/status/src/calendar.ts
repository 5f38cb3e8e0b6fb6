import ical, { ICalEventStatus, ICalEventTransparency } from 'ical-generator'
import type { Scene } from './answers.ts'
import { addressOf } from './page-reading.ts'

/** The maintenances of a page as an iCalendar (RFC 5545): whoever subscribes to it finds each again under the same id. */
export function calendarOf(scene: Scene): string {
  const { page, id: pageId } = scene.kept.snapshot
  const names = new Map(
    page.sections.flatMap(({ components }) =>
      components.flatMap((one) => [one, ...one.parts].map(({ id, name }) => [id, name] as const)),
    ),
  )
  const calendar = ical({
    name: page.title,
    prodId: { company: 'BetterUptime', product: 'status page' },
    url: addressOf(scene),
    ttl: 3_600,
  })
  for (const { id, title, body, state, startsAt, endsAt, componentIds } of page.maintenances) {
    const concerned = componentIds.flatMap((component) => names.get(component) ?? [])
    calendar.createEvent({
      id: `${id}@${pageId}`,
      start: new Date(startsAt),
      end: new Date(endsAt),
      stamp: new Date(startsAt),
      summary: title,
      description: [body, concerned.join(', ')].filter((text) => text !== '').join('\n\n'),
      url: addressOf(scene),
      // Nobody who subscribes is busy for it.
      transparency: ICalEventTransparency.TRANSPARENT,
      // Whoever has it in their calendar is told to take it out (RFC 5545, 3.8.1.11).
      status: state === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    })
  }
  // Each line ends so, the last one as well (RFC 5545, 3.1).
  return `${calendar.toString().trimEnd()}\r\n`
}
