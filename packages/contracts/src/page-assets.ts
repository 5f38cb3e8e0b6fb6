import { z } from 'zod'
import { newPassword } from './accounts.ts'
import { domainName } from './status-pages.ts'

/** What belongs to a status page and is not a part of its content: its password, its logo and its name of its own. */

export const logoLimits = {
  bytes: 1_048_576,
  sidePixels: 4_096,
  shownHeightPixels: 512,
  shownWidthPixels: 2_048,
} as const
export const logoTypes = ['image/png', 'image/jpeg', 'image/webp'] as const

/** `PUT /api/v1/status-pages/:id/password`. */
export const setPagePasswordSchema = z.object({ password: newPassword }).strict()

/** `PUT /api/v1/status-pages/:id/domain`: a name such as `status.example.com`. */
export const setPageDomainSchema = z
  .object({ domain: domainName.refine((name) => name.includes('.'), 'is not a domain of its own') })
  .strict()

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

/** `POST /api/v1/status-pages/:id/domain/check`: what was found, in the words in which it was found. */
export const domainCheckSchema = z.object({
  status: z.enum(['verified', 'pending', 'failed']),
  problem: z.enum(domainProblems).nullable(),
  found: z.array(z.string()),
  domain: pageDomainSchema,
})
