import type { z } from 'zod'
import { AppError } from './problems.ts'

/** Cursors are opaque to clients: the sort key of the last row, as base64url JSON. */
export function encodeCursor(key: unknown): string | null {
  return key === null ? null : Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** @throws AppError `invalid_parameter` for a text that is not a cursor of ours. */
export function decodeCursor<Schema extends z.ZodType>(
  text: string | undefined,
  schema: Schema,
): z.output<Schema> | undefined {
  if (text === undefined) return undefined
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
  } catch {
    throw new AppError('invalid_parameter', 'cursor: not one that this API gave')
  }
}
