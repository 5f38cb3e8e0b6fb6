import type { DeliveryJson } from '@repo/contracts/deliveries'
import type { AlertPart, PlannedEvent } from '@repo/domain/alert-plan'
import type { DeliveryState } from '@repo/domain/delivery'
import type { Status } from '@repo/domain/status'
import { msg } from '@repo/ui/words'

/** What a state is called; the status lends it its glyph. */
export const stateLooks: Record<DeliveryState, { status: Status; word: string }> = {
  waiting: { status: 'degraded', word: msg('Waits') },
  sending: { status: 'maintenance', word: msg('On its way') },
  accepted: { status: 'up', word: msg('Delivered') },
  dead: { status: 'down', word: msg('Given up') },
  superseded: { status: 'paused', word: msg('Not needed any more') },
}

export const eventNames: Record<PlannedEvent, string> = {
  down: msg('Down'),
  degraded: msg('Degraded'),
  reopened: msg('Down again'),
  storm: msg('Many at once'),
  was_down: msg('Was down'),
  recovered: msg('Up again'),
  advisory: msg('Fails from one region'),
  warning: msg('Ends soon'),
}

/** Nothing where the event says it already. */
export const partNames: Record<AlertPart, string> = {
  opening: '',
  again: msg('again'),
  change: msg('it changed'),
  closing: '',
  news: '',
}

export const outcomeNames: Record<DeliveryJson['attempts'][number]['outcome'], string> = {
  accepted: msg('taken'),
  retry: msg('in vain'),
  refused: msg('refused'),
  lost: msg('nobody knows what became of it'),
}
