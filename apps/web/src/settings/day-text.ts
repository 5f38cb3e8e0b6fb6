const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** `24 Nov 2026`, in the zone of the person who looks. */
export function dayText(iso: string): string {
  return dayFormat.format(Date.parse(iso))
}
