import { streamLimits } from '../limits.ts'

/**
 * What an entry of Redis holds. Of one message the field `m` is its text; of many the field `l` has them a line each.
 * `n` is there where its messages were delivered before, as part of another entry: how often.
 */
export interface Envelope {
  readonly texts: readonly string[]
  readonly deliveredBefore: number
}

export type Fields = readonly string[]

const ONE = 'm'
const MANY = 'l'
const DELIVERED_BEFORE = 'n'

export interface Packing {
  /** Default as many as the limits allow. */
  readonly messagesPerEntry?: number
  readonly deliveredBefore?: number
}

/** Consecutive texts share an entry, as many as it may carry; a text with a line end (JSON has none) travels alone. */
export function pack(texts: readonly string[], packing: Packing = {}): Fields[] {
  const { messagesPerEntry = streamLimits.messagesPerEntry, deliveredBefore = 0 } = packing
  const entries: Fields[] = []
  let group: string[] = []
  let bytes = 0
  const close = () => {
    if (group.length > 0) entries.push(fieldsOf(group, deliveredBefore))
    group = []
    bytes = 0
  }
  for (const text of texts) {
    const size = Buffer.byteLength(text)
    const isAlone = text === '' || text.includes('\n')
    const isFull = group.length >= messagesPerEntry || bytes + size > streamLimits.bytesPerEntry
    if (isAlone || isFull) close()
    group.push(text)
    bytes += size
    if (isAlone) close()
  }
  close()
  return entries
}

/** An entry that is not one of ours comes out as a text that no codec reads. */
export function unpack(fields: readonly string[]): Envelope {
  const deliveredBefore = Number(fieldOf(fields, DELIVERED_BEFORE) ?? 0)
  const many = fieldOf(fields, MANY)
  const texts = many === undefined ? [fieldOf(fields, ONE) ?? ''] : many.split('\n')
  return { texts, deliveredBefore: Number.isSafeInteger(deliveredBefore) ? deliveredBefore : 0 }
}

function fieldsOf(texts: readonly string[], deliveredBefore: number): Fields {
  const [name, value] = texts.length === 1 ? [ONE, texts[0] ?? ''] : [MANY, texts.join('\n')]
  return deliveredBefore > 0 ? [name, value, DELIVERED_BEFORE, `${deliveredBefore}`] : [name, value]
}

function fieldOf(fields: readonly string[], name: string): string | undefined {
  const at = fields.findIndex((field, index) => index % 2 === 0 && field === name)
  return at === -1 ? undefined : fields[at + 1]
}
