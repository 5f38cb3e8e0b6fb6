import { z } from 'zod'

/** The IANA name of a place. */
export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, { error: 'is not a time zone, such as Europe/Berlin', abort: true })

/** Names of places only: what is written as an offset means the opposite to the database. */
function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)*$/.test(text)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
