import type {
  accountSchema,
  begunLinkSchema,
  identityListSchema,
  newPasskeySchema,
  passkeyListSchema,
  passkeyOptionsSchema,
  proofSchema,
  recoveryCodesSchema,
  sessionListSchema,
  totpEnrolmentSchema,
} from '@repo/contracts/accounts'

/** The shapes of the contracts, of which a page needs the types alone. */
export type Account = ReturnType<typeof accountSchema.parse>
export type SessionItem = ReturnType<typeof sessionListSchema.parse>['items'][number]
export type Passkey = ReturnType<typeof passkeyListSchema.parse>['items'][number]
export type PasskeyOptions = ReturnType<typeof passkeyOptionsSchema.parse>
export type NewPasskey = ReturnType<typeof newPasskeySchema.parse>
export type Identity = ReturnType<typeof identityListSchema.parse>['items'][number]
export type BegunLink = ReturnType<typeof begunLinkSchema.parse>
export type Proof = ReturnType<typeof proofSchema.parse>
export type TotpEnrolment = ReturnType<typeof totpEnrolmentSchema.parse>
export type RecoveryCodes = ReturnType<typeof recoveryCodesSchema.parse>
