/** The fields of a response head, as pairs in their order. They are looked at by few checks, hence decoded on demand. */
export class HeaderFields {
  constructor(readonly pairs: readonly (readonly [name: string, value: string])[]) {}

  /** Of a head that was read to its end and found well-formed. */
  static parse(rawHead: string): HeaderFields {
    const lines = rawHead
      .replace(/^\r?\n/, '')
      .split(/\r?\n/)
      .slice(1)
    return new HeaderFields(
      lines.flatMap((line) => {
        const colon = line.indexOf(':')
        return colon > 0 ? [[line.slice(0, colon), fromBytes(line.slice(colon + 1)).trim()] as const] : []
      }),
    )
  }

  all(name: string): string[] {
    const wanted = name.toLowerCase()
    return this.pairs.filter(([own]) => own.toLowerCase() === wanted).map(([, value]) => value)
  }

  first(name: string): string | undefined {
    return this.all(name)[0]
  }
}

/** A value is bytes; most of those beyond ASCII are meant as UTF-8. */
export function fromBytes(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8')
}
