import type {
  PublicComponent,
  PublicIncident,
  PublicMaintenance,
  PublicPage,
  PublicPart,
} from '@repo/contracts/public-page'
import type { Scene } from './answers.ts'
import { dateOf } from './time-text.ts'

/** Questions to a page that several of its answers ask. */

/** Every component, its parts right after it. */
export function componentsOf({ sections }: PublicPage): (PublicComponent | PublicPart)[] {
  return sections.flatMap(({ components }) => components.flatMap((component) => [component, ...component.parts]))
}

export function openIncidents({ incidents }: PublicPage): PublicIncident[] {
  return incidents.filter(({ resolvedAt }) => resolvedAt === null)
}

export function comingMaintenances({ maintenances }: PublicPage): PublicMaintenance[] {
  return maintenances.filter(({ state }) => state === 'scheduled')
}

/** What people were told of for today or later, whether or not it comes. */
export function announcedMaintenances({ maintenances, timeZone, today }: PublicPage): PublicMaintenance[] {
  return maintenances.filter(
    ({ state, startsAt }) =>
      state === 'scheduled' || (state === 'cancelled' && dateOf(Date.parse(startsAt), timeZone) >= today),
  )
}

export function currentMaintenances({ maintenances }: PublicPage): PublicMaintenance[] {
  return maintenances.filter(({ state }) => state === 'in_progress')
}

/** Where the page is for whoever reads of it elsewhere: by its own name, or as it was asked for. */
export function addressOf({ kept, base, origin }: Pick<Scene, 'kept' | 'base' | 'origin'>): string {
  const { domain } = kept.snapshot.page
  return domain ? `https://${domain}` : `${origin}${base}`
}
