import { z } from 'zod'

/** `GET /api/v1/session`: who is signed in, and where. `DELETE /api/v1/session` signs out (204). */
export const sessionSchema = z.object({
  user: z.object({ id: z.string(), username: z.string() }),
  workspace: z.object({ id: z.string(), name: z.string() }),
})
export type Session = z.output<typeof sessionSchema>
