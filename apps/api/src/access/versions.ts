import type { Context } from 'hono'
import { AppError } from '../problems.ts'

/** The entity tag of a thing that counts its changes (RFC 9110, 8.8.3). */
export function entityTag(version: number): string {
  return `"${version}"`
}

/**
 * The version that `If-Match` asks for (RFC 9110, 13.1.1); undefined where any will do.
 *
 * @throws AppError `changed_meanwhile` for tags that are none of ours: they match nothing.
 */
export function expectedVersion(context: Context): number | undefined {
  const header = context.req.header('if-match')?.trim()
  if (header === undefined || header === '*') return undefined
  // What was compressed on its way has a weak tag; the version in it is the same.
  const [, version] = /^(?:W\/)?"(\d{1,9})"$/.exec(header) ?? []
  if (version === undefined) throw new AppError('changed_meanwhile', 'If-Match: not a tag that this API gave')
  return Number(version)
}
