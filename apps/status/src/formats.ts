const made = new Map<string, unknown>()
/** There are as many as there are languages, zones and kinds of formats; whoever has more makes them anew. */
const KEPT = 1_000

/** Made once for each key: making a format takes longer than all else of a page. */
export function keptFormat<Format>(key: string, make: () => Format): Format {
  const known = made.get(key)
  if (known !== undefined) return known as Format
  if (made.size >= KEPT) made.clear()
  const format = make()
  made.set(key, format)
  return format
}
