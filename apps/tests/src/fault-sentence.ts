/** One sentence for all that have the same wrong with them, with the first three by name. */
export function some<Item>(
  items: readonly Item[],
  what: string,
  name: (item: Item) => string,
  noun = 'slots',
): string[] {
  if (items.length === 0) return []
  const named = items.slice(0, 3).map(name).join('; ')
  return [`${items.length} ${noun} ${what}: ${named}${items.length > 3 ? '; …' : ''}`]
}

export function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23)
}
