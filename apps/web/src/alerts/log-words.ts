import type { DeliveryJson } from '@repo/contracts/deliveries'
import type { AlertPart, PlannedEvent } from '@repo/domain/alert-plan'
import type { DeliveryState } from '@repo/domain/delivery'
import type { Status } from '@repo/domain/status'

/** What a state is called; the status lends it its glyph. */
export const stateLooks: Record<DeliveryState, { status: Status; word: string }> = {
  waiting: { status: 'degraded', word: 'Waits' },
  sending: { status: 'maintenance', word: 'On its way' },
  accepted: { status: 'up', word: 'Delivered' },
  dead: { status: 'down', word: 'Given up' },
  superseded: { status: 'paused', word: 'Not needed any more' },
}

export const eventNames: Record<PlannedEvent, string> = {
  down: 'Down',
  degraded: 'Degraded',
  reopened: 'Down again',
  storm: 'Many at once',
  was_down: 'Was down',
  recovered: 'Up again',
  advisory: 'Fails from one region',
  warning: 'Ends soon',
}

/** Nothing where the event says it already. */
export const partNames: Record<AlertPart, string> = {
  opening: '',
  again: 'again',
  change: 'it changed',
  closing: '',
  news: '',
}

export const outcomeNames: Record<DeliveryJson['attempts'][number]['outcome'], string> = {
  accepted: 'taken',
  retry: 'in vain',
  refused: 'refused',
  lost: 'nobody knows what became of it',
}
