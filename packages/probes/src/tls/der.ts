/** One element of a DER encoding (X.690): its tag, and where its content lies. */
export interface Element {
  readonly tag: number
  readonly start: number
  readonly end: number
}

/** The element that begins here; undefined where none does, or where it is longer than what there is. */
export function elementAt(bytes: Uint8Array, at: number, limit = bytes.length): Element | undefined {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) return undefined
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (lengthBytes > 3) return undefined
  let length = lengthBytes === 0 ? first : 0
  for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + (bytes[at + 2 + index] ?? 0)
  const start = at + 2 + lengthBytes
  return start + length <= limit ? { tag, start, end: start + length } : undefined
}

/** The elements inside of one, in their order, as far as they are well-formed. */
export function childrenOf(bytes: Uint8Array, parent: Element | undefined): Element[] {
  const children: Element[] = []
  if (!parent) return children
  for (let at = parent.start; at < parent.end; ) {
    const child = elementAt(bytes, at, parent.end)
    if (!child) break
    children.push(child)
    at = child.end
  }
  return children
}
