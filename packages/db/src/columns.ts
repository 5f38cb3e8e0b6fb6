import { type SQL, sql as text } from 'drizzle-orm'

/**
 * Columns of many rows as parameters, one array each, for `unnest`. They are written here and not by the driver, which looks
 * at each value for what it might be.
 */
export function numbers<Item>(items: readonly Item[], value: (item: Item) => number | null): SQL {
  let list = ''
  for (const item of items) list += `,${value(item) ?? 'NULL'}`
  return text`${`{${list.slice(1)}}`}`
}

export function texts<Item>(items: readonly Item[], value: (item: Item) => string | null): SQL {
  let list = ''
  for (const item of items) list += `,${quoted(value(item))}`
  return text`${`{${list.slice(1)}}`}`
}

function quoted(value: string | null): string {
  if (value === null) return 'NULL'
  return value === '' ? '""' : `"${value.replaceAll(/["\\]/g, '\\$&')}"`
}
