/** Whom a mail comes from or goes to. */
export interface Mailbox {
  /** Empty where there is none. */
  readonly name: string
  readonly address: string
}

const word = `[^\\s\\p{Cc}@<>,;:"()\\[\\]\\\\]+`
const spelling = new RegExp(`^(?:([^\\p{Cc}<>"]*)<(${word}@${word})>|(${word}@${word}))$`, 'u')

/**
 * One mailbox, as `name@example.com` or `Name <name@example.com>`. What could be read as two of them, or as a further header,
 * is none.
 *
 * @throws Error that does not repeat the text.
 */
export function parseMailbox(text: string): Mailbox {
  const [, name = '', named, bare] = spelling.exec(text.replace(/^ +| +$/g, '')) ?? []
  const address = named ?? bare
  if (address === undefined) throw new Error('not the address of one mailbox')
  return { name: name.trim(), address }
}
