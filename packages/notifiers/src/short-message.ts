import type { Alert } from './alert.ts'
import { messageOf, shortened } from './message.ts'

/** Two SMS of the alphabet that takes most (GSM 03.38): each further one costs as much again. */
const longest = 306

export function shortMessage(alert: Alert): string {
  const { subject, links } = messageOf(alert)
  const [open] = links
  const whole = open ? `${subject} ${open.url}` : subject
  return whole.length <= longest ? whole : shortened(subject, longest)
}
