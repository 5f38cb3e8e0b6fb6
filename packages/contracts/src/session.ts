import { z } from 'zod'
import { roleSchema } from './accounts.ts'

/** `GET /api/v1/session`: who is signed in, and where. `DELETE /api/v1/session` signs out (204). */
export const sessionSchema = z.object({
  user: z.object({ id: z.string(), username: z.string(), isOperator: z.boolean() }),
  workspace: z.object({ id: z.string(), name: z.string(), role: roleSchema }),
})
export type Session = z.output<typeof sessionSchema>
