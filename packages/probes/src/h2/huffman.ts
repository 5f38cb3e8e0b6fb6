/**
 * The lengths of the codes of the 256 bytes and of the end (RFC 7541 appendix B). The code is canonical: codes of one length
 * are consecutive in the order of their symbols, so their lengths are all there is to know.
 */
const lengths = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6,
  5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23,
  22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22,
  23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26,
  20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27,
  27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27,
  27, 27, 27, 26, 30,
]

const END = 256
const LONGEST = 30

interface CodesOfLength {
  readonly first: number
  readonly symbols: readonly number[]
}

const byLength = codesByLength()

function codesByLength(): readonly (CodesOfLength | undefined)[] {
  const table: (CodesOfLength | undefined)[] = []
  let code = 0
  for (let length = 1; length <= LONGEST; length += 1) {
    const symbols = lengths.flatMap((own, symbol) => (own === length ? [symbol] : []))
    table[length] = { first: code, symbols }
    code = (code + symbols.length) * 2
  }
  return table
}

/** Undefined for bytes that are no such text: with the end in it, or a padding that is not of ones or is too long. */
export function decodeHuffman(bytes: Uint8Array): string | undefined {
  let text = ''
  let code = 0
  let length = 0
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      code = code * 2 + ((byte >> bit) & 1)
      length += 1
      const codes = byLength[length]
      const symbol = codes?.symbols[code - codes.first]
      if (symbol === undefined) {
        if (length >= LONGEST) return undefined
        continue
      }
      if (symbol === END) return undefined
      text += String.fromCharCode(symbol)
      code = 0
      length = 0
    }
  }
  return length < 8 && code === 2 ** length - 1 ? text : undefined
}
