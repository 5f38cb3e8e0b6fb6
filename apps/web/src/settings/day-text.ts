import { dateText } from '@repo/ui/words'

const day = { day: 'numeric', month: 'short', year: 'numeric' } as const

/** `24 Nov 2026`, in the zone of the person who looks. */
export function dayText(iso: string): string {
  return dateText(Date.parse(iso), day)
}
