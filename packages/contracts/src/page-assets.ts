import { z } from 'zod'
import { newPassword } from './accounts.ts'
import { domainProblems, pageDomainSchema } from './page-domain.ts'
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
  .object({
    domain: domainName.refine(
      (name) => name.includes('.'),
      'this is not a domain of its own, such as status.example.com',
    ),
  })
  .strict()

/** `POST /api/v1/status-pages/:id/domain/check`: what was found, in the words in which it was found. */
export const domainCheckSchema = z.object({
  status: z.enum(['verified', 'pending', 'failed']),
  problem: z.enum(domainProblems).nullable(),
  found: z.array(z.string()),
  domain: pageDomainSchema,
})
