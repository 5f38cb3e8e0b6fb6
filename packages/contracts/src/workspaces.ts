import { scopes } from '@repo/domain/scope'
import { z } from 'zod'
import { email, linkToken, roleSchema } from './accounts.ts'
import { isPlainText } from './plain-text.ts'
import { timeZone } from './time-zone.ts'

/** A workspace, who is in it, who is invited, its API keys, and what was changed in it. */

const name = z
  .string()
  .trim()
  .min(1, 'a name is required')
  .max(100, 'a name has at most 100 characters')
  .refine(isPlainText, 'a name has no control characters')

export const workspaceSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  createdAt: z.iso.datetime(),
})
/** What a workspace may have, and has. */
export const workspaceLimitsSchema = z.object({
  monitors: z.object({ used: z.number().int(), limit: z.number().int() }),
  members: z.object({ used: z.number().int(), limit: z.number().int() }),
  checksPerMinute: z.object({ used: z.number(), limit: z.number().int() }),
  intervalFloorSeconds: z.number().int(),
})
export const workspaceDetailSchema = workspaceSchema.extend({
  /** By whose clocks its week begins. */
  timeZone: z.string(),
  limits: workspaceLimitsSchema,
})
export const workspaceListSchema = z.object({ items: z.array(workspaceSchema) })
/** A workspace that its owners may bring back. */
export const deletedWorkspaceSchema = z.object({
  id: z.string(),
  name: z.string(),
  monitors: z.number().int(),
  deletedAt: z.iso.datetime(),
  restorableUntil: z.iso.datetime(),
})
export const deletedWorkspaceListSchema = z.object({ items: z.array(deletedWorkspaceSchema) })
export const nameWorkspaceSchema = z.object({ name }).strict()
/** `PATCH /api/v1/workspace`: what is left out stays as it is. */
export const changeWorkspaceSchema = z
  .object({ name: name.optional(), timeZone: timeZone.optional() })
  .strict()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')
export const chooseWorkspaceSchema = z.object({ workspaceId: z.uuid() }).strict()

export const memberSchema = z.object({
  userId: z.string(),
  username: z.string(),
  email: z.string().nullable(),
  role: roleSchema,
  hasSecondFactor: z.boolean(),
  joinedAt: z.iso.datetime().nullable(),
})
export const memberListSchema = z.object({ items: z.array(memberSchema) })
export const changeRoleSchema = z.object({ role: roleSchema }).strict()

export const inviteSchema = z.object({ role: roleSchema, email: email.optional() }).strict()
export const invitationSchema = z.object({
  id: z.string(),
  role: roleSchema,
  email: z.string().nullable(),
  invitedBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
/** The link is shown once; the database keeps a hash of its token. */
export const newInvitationSchema = invitationSchema.extend({
  token: z.string(),
  url: z.string(),
  /** Whether the link was also sent by e-mail. */
  sent: z.boolean(),
})
export const invitationListSchema = z.object({ items: z.array(invitationSchema) })
/** What somebody who follows the link sees before they accept. Asking does not use it up. */
export const openInvitationSchema = z.object({
  workspaceName: z.string(),
  role: roleSchema,
  invitedBy: z.string(),
  email: z.string().nullable(),
  expiresAt: z.iso.datetime(),
})
export const invitationTokenSchema = z.object({ token: linkToken }).strict()

const scope = z.enum(scopes as [(typeof scopes)[number], ...(typeof scopes)[number][]])
export const createKeySchema = z
  .object({
    name,
    scopes: z.array(scope).min(1, 'at least one scope').max(scopes.length),
    /** Whole days; without it the key stays until it is revoked. */
    expiresInDays: z.number().int().min(1).max(3_650).optional(),
  })
  .strict()
export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The beginning of the key, to know it by. */
  prefix: z.string(),
  scopes: z.array(scope),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
})
/** The key itself is shown once. */
export const newKeySchema = keySchema.extend({ key: z.string() })
export const keyListSchema = z.object({ items: z.array(keySchema) })

export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  actor: z.object({ kind: z.enum(['person', 'key', 'link', 'system']), id: z.string().nullable(), name: z.string() }),
  action: z.string(),
  subject: z.object({ type: z.string(), id: z.string().nullable() }),
  /** What changed, without secrets; null where there was nothing before, or is nothing now. */
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  from: z.object({ address: z.string(), userAgent: z.string(), requestId: z.string() }),
})
export const auditPageSchema = z.object({ items: z.array(auditEntrySchema), nextCursor: z.string().nullable() })
