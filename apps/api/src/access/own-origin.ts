import type { Context } from 'hono'
import type { AccessSettings } from '../deps.ts'
import type { Asked } from './guard.ts'

/**
 * The origin by which browsers know this instance: what links, passkeys and logins are bound to. It is what was configured;
 * what a request says of it counts only where it says `localhost`, which is nobody else's name.
 */
export function ownOrigin(
  { publicUrl }: Pick<AccessSettings, 'publicUrl'>,
  context: Context<Asked>,
): string | undefined {
  if (publicUrl !== undefined) return publicUrl
  const host = context.req.header('host') ?? ''
  if (!/^localhost(?::\d{1,5})?$/i.test(host)) return undefined
  return new URL(`${context.get('caller').isSecure ? 'https' : 'http'}://${host}`).origin
}
