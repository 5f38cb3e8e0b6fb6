/** The names and positions that lead to one value. */
export type JsonPlace = readonly (string | number)[]

/**
 * A JSON pointer (RFC 6901) or a path that names at most one value (RFC 9535 section 2.3.5, "singular query"). Filters and
 * wildcards are left out on purpose: they are programs, and who writes them is not who runs them. Undefined for anything else.
 */
export function parseJsonPlace(text: string): JsonPlace | undefined {
  if (text === '' || text.startsWith('/')) return parsePointer(text)
  return text.startsWith('$') ? parsePath(text.slice(1)) : undefined
}

function parsePointer(text: string): JsonPlace | undefined {
  if (/~(?![01])/.test(text)) return undefined
  return text
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const SEGMENT = /^(?:\.([\p{L}_][\p{L}\p{N}_-]*)|\[(-?\d{1,9})\]|\['([^'\\]*)'\]|\["([^"\\]*)"\])/u

function parsePath(text: string): JsonPlace | undefined {
  const place: (string | number)[] = []
  let rest = text
  while (rest !== '') {
    const segment = SEGMENT.exec(rest)
    if (!segment) return undefined
    const [whole, name, index, quoted, doubleQuoted] = segment
    place.push(index === undefined ? (name ?? quoted ?? doubleQuoted ?? '') : Number(index))
    rest = rest.slice(whole.length)
  }
  return place
}

/** Only what the text itself says is there: nothing is inherited. */
export function valueAt(
  root: unknown,
  place: JsonPlace,
): { readonly isThere: true; readonly value: unknown } | { readonly isThere: false } {
  let value = root
  for (const token of place) {
    if (Array.isArray(value)) {
      const index = arrayIndex(token, value.length)
      if (index === undefined) return { isThere: false }
      value = value[index]
    } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, token)) {
      value = (value as Record<string | number, unknown>)[token]
    } else {
      return { isThere: false }
    }
  }
  return { isThere: true, value }
}

function arrayIndex(token: string | number, length: number): number | undefined {
  const index = typeof token === 'number' ? token : /^(0|[1-9]\d*)$/.test(token) ? Number(token) : Number.NaN
  const fromStart = index < 0 ? length + index : index
  return fromStart >= 0 && fromStart < length ? fromStart : undefined
}
