import { roles } from '@repo/domain/role'
import { z } from 'zod'
import { password, username } from './first-api.ts'
import { isPlainText } from './plain-text.ts'

/** How people come in, sign in, and look after what is theirs: `/api/v1/sign-up`, `/sign-in`, `/session`, `/account`. */

export const email = z.email('not an e-mail address').max(254)
export const linkToken = z.string().regex(/^[\w-]{20,100}$/, 'not a token of ours')
const code = z
  .string()
  .trim()
  .regex(/^[\w -]{6,32}$/, 'not a code')

export const signUpModes = ['open', 'invite', 'closed'] as const
export type SignUpMode = (typeof signUpModes)[number]

/** `GET /api/v1/sign-in/methods`: what a page of signing in has to offer. */
export const signInMethodsSchema = z.object({
  /** Whether whoever comes may sign up just now: it is open, or nobody is here yet. */
  signUp: z.boolean(),
  signUpMode: z.enum(signUpModes),
  /** What the login of the organisation is called; null where there is none. */
  oidc: z.object({ name: z.string() }).nullable(),
  passkeys: z.boolean(),
  /** Whether a forgotten password can be reset by e-mail. */
  passwordReset: z.boolean(),
})
export type SignInMethods = z.output<typeof signInMethodsSchema>

export const newPassword = password
  .min(8, 'a password has at least 8 characters')
  .max(1_024, 'a password has at most 1024 characters')

export const joinSchema = z
  .object({
    username,
    password: newPassword,
    email: email.optional(),
    /** The token of an invitation: then no workspace is made, and the invitation's is joined. */
    invitation: linkToken.optional(),
  })
  .strict()

export const enterSchema = z.object({ username, password: password.max(1_024) }).strict()

/** Signed in, or asked for a second factor with the challenge that the code must come with. */
export const enteredSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('signed_in'), token: z.string(), expiresAt: z.iso.datetime() }),
  z.object({ state: z.literal('second_factor'), challenge: z.string(), expiresAt: z.iso.datetime() }),
])
export type Entered = z.output<typeof enteredSchema>

/** A code of the authenticator app, or one of the recovery codes. */
export const secondFactorSchema = z.object({ challenge: z.uuid(), code }).strict()

export const sessionListSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      isThis: z.boolean(),
      method: z.string(),
      userAgent: z.string(),
      address: z.string(),
      createdAt: z.iso.datetime(),
      lastSeenAt: z.iso.datetime(),
      expiresAt: z.iso.datetime(),
    }),
  ),
})

export const accountSchema = z.object({
  id: z.string(),
  username: z.string(),
  email: z.string().nullable(),
  isOperator: z.boolean(),
  hasPassword: z.boolean(),
  secondFactor: z.object({ enabled: z.boolean(), recoveryCodesLeft: z.number().int() }),
  createdAt: z.iso.datetime(),
})
export const changeAccountSchema = z.object({ email: email.nullable() }).strict()
export const changePasswordSchema = z
  .object({
    /** Missing only where there is none yet. */
    currentPassword: password.max(1_024).optional(),
    newPassword,
  })
  .strict()

export const resetRequestSchema = z.object({ email }).strict()
export const resetSchema = z.object({ token: linkToken, password: newPassword }).strict()

/** Who is asked to prove that it is them: by the password, or by a code where there is none. */
export const proofSchema = z.object({ password: password.max(1_024).optional(), code: code.optional() }).strict()
export const totpEnrolmentSchema = z.object({ secret: z.string(), url: z.string() })
export const totpConfirmSchema = z.object({ code }).strict()
export const recoveryCodesSchema = z.object({ recoveryCodes: z.array(z.string()) })

/** What the browser's `navigator.credentials` takes and gives (WebAuthn level 3, JSON): opaque here, verified by the library. */
const credential = z.looseObject({ id: z.string().max(2_000), type: z.literal('public-key') })
export const passkeyOptionsSchema = z.object({ challenge: z.string(), options: z.looseObject({}) })
export const newPasskeySchema = z
  .object({
    challenge: z.uuid(),
    name: z.string().trim().min(1).max(64).refine(isPlainText, 'a name has no control characters'),
    credential,
  })
  .strict()
export const enterByPasskeySchema = z.object({ challenge: z.uuid(), credential }).strict()
export const passkeyListSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      createdAt: z.iso.datetime(),
      lastUsedAt: z.iso.datetime().nullable(),
    }),
  ),
})

/** Logins of the organisation by which somebody is known. */
export const identityListSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      issuer: z.string(),
      createdAt: z.iso.datetime(),
    }),
  ),
})
/** Where the browser goes next, to sign in with what is to be linked. */
export const begunLinkSchema = z.object({ url: z.url() })

export const roleSchema = z.enum(roles)
