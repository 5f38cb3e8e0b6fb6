import { unreachable } from './unreachable.ts'
import type { VerdictStatus } from './verdict.ts'

export type Severity = 'down' | 'degraded'

/** Why an incident ended. */
export const resolutions = ['recovered', 'by_hand', 'paused', 'changed', 'merged'] as const
export type Resolution = (typeof resolutions)[number]

/** What of an open incident a decision needs. */
export interface OpenIncident {
  readonly id: string
  readonly severity: Severity
}

/** What becomes of a monitor's incident when its status changes. */
export type IncidentStep =
  | { readonly kind: 'none' }
  | { readonly kind: 'open'; readonly severity: Severity }
  | { readonly kind: 'change'; readonly id: string; readonly severity: Severity }
  | { readonly kind: 'resolve'; readonly id: string }

/**
 * An incident opens when a monitor goes down, or becomes degraded where that is asked for, and ends when it is neither. That
 * we do not know ends none: nobody saw it pass.
 */
export function decideIncident(
  open: OpenIncident | undefined,
  status: VerdictStatus,
  { degradedIsIncident }: { degradedIsIncident: boolean },
): IncidentStep {
  switch (status) {
    case 'unknown':
      return { kind: 'none' }
    case 'down':
      return becomes(open, 'down')
    case 'degraded':
      return degradedIsIncident ? becomes(open, 'degraded') : ends(open)
    case 'up':
      return ends(open)
    default:
      return unreachable(status)
  }
}

function becomes(open: OpenIncident | undefined, severity: Severity): IncidentStep {
  if (!open) return { kind: 'open', severity }
  return open.severity === severity ? { kind: 'none' } : { kind: 'change', id: open.id, severity }
}

function ends(open: OpenIncident | undefined): IncidentStep {
  return open ? { kind: 'resolve', id: open.id } : { kind: 'none' }
}
