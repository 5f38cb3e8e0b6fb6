import type { Codec } from '@repo/contracts/check-message'

/** The message of the suites: small, with something inside that a shallow copy would share. */
export interface Letter {
  readonly number: number
  readonly lines: string[]
}

/** Can be written and cannot be read, like a message of a version that never was. */
export const ILLEGIBLE = 'illegible'

export const UNWRITABLE = 'unwritable'

export const letterCodec: Codec<Letter> = {
  encode(letter) {
    if (letter.lines.includes(UNWRITABLE)) throw new Error('unwritable')
    return JSON.stringify(letter)
  },
  decode(text) {
    const letter = JSON.parse(text) as Partial<Letter>
    if (letter.lines?.includes(ILLEGIBLE)) throw new Error('illegible')
    if (typeof letter.number !== 'number' || !Array.isArray(letter.lines)) throw new Error('not a letter')
    return { number: letter.number, lines: letter.lines }
  },
}

export function makeLetters(count: number, first = 0): Letter[] {
  return Array.from({ length: count }, (_, index) => ({ number: first + index, lines: ['dear all'] }))
}
