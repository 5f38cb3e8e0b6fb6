import { z } from 'zod'
import { isPlainText } from './plain-text.ts'
import { httpUrl } from './specs/http.ts'

/** The first version's API, kept exactly. Its words (website, `UP`/`Down`) live at this edge only. */

export const username = z
  .string({ error: 'a user name is required' })
  .trim()
  .min(1, 'a user name is required')
  .max(64, 'a user name has at most 64 characters')
  .refine(isPlainText, 'a user name has no control characters')

export const password = z.string({ error: 'a password is required' }).min(1, 'a password is required')

export const signUpSchema = z.object({
  username,
  password: password
    .min(8, 'a password has at least 8 characters')
    .max(1_024, 'a password has at most 1024 characters'),
  email: z.email('not an e-mail address').max(254).optional(),
  phone: z
    .string()
    .regex(/^\+?[0-9 ()./-]{3,32}$/, 'not a phone number')
    .optional(),
})
export type SignUp = z.output<typeof signUpSchema>

/** `code` is for people with a second factor. */
export const signInSchema = z.object({ username, password: password.max(1_024), code: z.string().max(64).optional() })

export const createdUserSchema = z.object({ id: z.string() })

/** `token` and `jwt` are the same text; the first version's clients read either. */
export const tokenSchema = z.object({ token: z.string(), jwt: z.string() })

export const createWebsiteSchema = z.object({ url: httpUrl })
export const websiteSchema = z.object({ id: z.string(), url: z.string() })

export const websiteStatusSchema = z.object({
  url: z.string(),
  status: z.enum(['UP', 'Down', 'Unknown']),
  /** Milliseconds; null before the first tick. */
  responseTime: z.number().nullable(),
  region: z.string().nullable(),
  checkedAt: z.iso.datetime().nullable(),
})
export type WebsiteStatus = z.output<typeof websiteStatusSchema>
