import { type SQL, sql as text } from 'drizzle-orm'

/** An instant as a parameter. */
export function instant(ms: number | null): SQL {
  return text`to_timestamp(${ms}::float8 / 1000)`
}

/** A column that holds an instant, as whole milliseconds. */
export function msOf(column: string): SQL {
  return text.raw(`floor(extract(epoch from ${column}) * 1000)::float8`)
}

/** The same with what is below a millisecond, for an order that has to be gone on with from the very row. */
export function exactMsOf(column: string): SQL {
  return text.raw(`(extract(epoch from ${column}) * 1000)::float8`)
}
