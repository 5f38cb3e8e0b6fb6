/** Names as they go over the wire (RFC 1035 sections 3.1 and 4.1.4). */

const NAME_BYTES = 255
const LABEL_BYTES = 63
const DOT = 0x2e
const SPACE = 0x20
const BACKSLASH = 0x5c
const DELETE = 0x7f

/** Undefined for what no name can be: with an empty or a long label, too long as a whole, or with escaped bytes. */
export function wireName(name: string): Buffer | undefined {
  if (name === '') return Buffer.alloc(1)
  if (name.length + 2 > NAME_BYTES) return undefined
  const wire = Buffer.allocUnsafe(name.length + 2)
  // Each dot makes room for the length of the label behind it.
  let labelAt = 0
  for (let index = 0; index <= name.length; index += 1) {
    const code = index === name.length ? DOT : name.charCodeAt(index)
    if (code <= SPACE || code >= DELETE || code === BACKSLASH) return undefined
    wire[index + 1] = code
    if (code !== DOT) continue
    const length = index - labelAt
    if (length === 0 || length > LABEL_BYTES) return undefined
    wire[labelAt] = length
    labelAt = index + 1
  }
  wire[labelAt] = 0
  return wire
}

/** A label as it is written in a zone file (RFC 1035 section 5.1), so that a dot inside of it is not taken for its end. */
export function labelText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('latin1', start, end).toLowerCase()
  return PLAIN.test(text) ? text : Array.from(bytes.subarray(start, end), escapedByte).join('')
}

const PLAIN = /^[!#-'*+,\-/-9:<=>?A-Z[\]^_`a-z{|}~]*$/

function escapedByte(byte: number): string {
  const character = String.fromCharCode(byte)
  if (PLAIN.test(character)) return character.toLowerCase()
  return byte > SPACE && byte < DELETE ? `\\${character}` : `\\${String(byte).padStart(3, '0')}`
}
