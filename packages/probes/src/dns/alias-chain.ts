import type { DnsRecord } from './message.ts'

const ALIASES = 10

export interface AliasChain {
  /** The name asked for, then each alias that it leads to. */
  readonly names: readonly string[]
  readonly isLoop: boolean
}

/** Follows aliases through the records of one answer, from a name to where they end in it. */
export function followAliases(name: string, answers: readonly DnsRecord[]): AliasChain {
  const names = [name.toLowerCase()]
  for (;;) {
    const last = names.at(-1)
    const next = answers.find((record) => record.type === 'CNAME' && record.name === last)?.value
    if (next === undefined) return { names, isLoop: false }
    if (names.includes(next) || names.length > ALIASES) return { names, isLoop: true }
    names.push(next)
  }
}
