import { z } from 'zod'

/** Why a name is not, or not any more, that of the page. */
export const domainProblems = ['no_record', 'other_text', 'no_answer', 'taken'] as const
export type DomainProblem = (typeof domainProblems)[number]

const record = z.object({ type: z.enum(['TXT', 'CNAME']), name: z.string(), value: z.string() })

export const pageDomainSchema = z.object({
  name: z.string(),
  /** What is to be set so that we see whose it is. */
  proof: record,
  /** What is to be set so that people get here; null where this instance does not know its own name. */
  pointer: record.nullable(),
  verifiedAt: z.iso.datetime().nullable(),
  checkedAt: z.iso.datetime().nullable(),
  /** What was wrong when it was last looked at. */
  problem: z.enum(domainProblems).nullable(),
  /** Since when it fails; after three days the name is not the page's any more. */
  failingSince: z.iso.datetime().nullable(),
})
export type PageDomain = z.output<typeof pageDomainSchema>
