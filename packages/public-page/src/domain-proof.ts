import { Resolver } from 'node:dns/promises'
import type { DomainProblem } from '@repo/contracts/page-domain'

/** How somebody shows that a name is theirs: they put a text into a TXT record below it. */

/** Where the record is to stand, and what is to be in it. */
export function proofOf({ name, token }: { readonly name: string; readonly token: string }) {
  return { name: `_betteruptime.${name}`, value: `betteruptime-site=${token}` } as const
}

/** The texts of a name's TXT records, each in one piece. Rejects as `node:dns` does. */
export type ResolveTxt = (name: string) => Promise<string[]>

/** @param servers `127.0.0.1:53`; those of the machine where they are left out. */
export function createTxtResolver(servers?: readonly string[]): ResolveTxt {
  return async (name) => {
    const resolver = new Resolver({ timeout: 3_000, tries: 2 })
    if (servers) resolver.setServers([...servers])
    return (await resolver.resolveTxt(name)).map((pieces) => pieces.join(''))
  }
}

export interface ProofFound {
  readonly found: readonly string[]
  /** Null where the right text was among them. */
  readonly problem: Exclude<DomainProblem, 'taken'> | null
}

/** Beyond so much of what strangers wrote nobody needs to see. */
const most = { texts: 10, length: 300 } as const

export async function lookForProof(
  asked: { readonly name: string; readonly token: string },
  resolveTxt: ResolveTxt,
): Promise<ProofFound> {
  const proof = proofOf(asked)
  try {
    const texts = await resolveTxt(proof.name)
    const found = texts.slice(0, most.texts).map((text) => text.slice(0, most.length))
    if (texts.length === 0) return { found, problem: 'no_record' }
    return { found, problem: texts.includes(proof.value) ? null : 'other_text' }
  } catch (error) {
    const isAbsent = absences.has(String((error as { code?: string }).code))
    return { found: [], problem: isAbsent ? 'no_record' : 'no_answer' }
  }
}

const absences = new Set(['ENOTFOUND', 'ENODATA'])

/** How names are kept once they were shown to be somebody's. */
export const domainKeeping = {
  /** Looked at so often while all is well, and so often while it fails. */
  soundEveryMs: 86_400_000,
  failingEveryMs: 3_600_000,
  /** What fails for so long is the page's name no more. */
  lostAfterMs: 3 * 86_400_000,
} as const
