import { findProfile } from '@repo/db/queries/users'
import type { UserId } from '@repo/domain/ids'
import { type AccountChange, accountMail } from '@repo/notifiers/account-mail'
import type { Caller } from '@repo/service/caller'
import type { Context } from 'hono'
import type { Asked } from '../access/guard.ts'
import type { ApiDeps } from '../deps.ts'

type TellingDeps = Pick<ApiDeps, 'sql' | 'mailer' | 'publicUrl' | 'rateLimits' | 'log'>

export interface Told {
  readonly userId: UserId
  readonly change: AccountChange
  /** Where it is not the one that they have now; null where they had none. */
  readonly to?: string | null
}

/** Addresses are not verified: nobody may have us write to a stranger as often as they like. */
const mailsAnHour = { name: 'notice', limit: 20, windowMs: 3_600_000 }

/**
 * Tells somebody by mail what was changed about their account, where mail is set up and they have an address. It begins
 * after the answer: call it once the change is committed. A mail that cannot be sent changes nothing.
 */
export function tellPerson(deps: TellingDeps, context: Context<Asked>, told: Told): void {
  if (!deps.mailer) return
  const caller = context.get('caller')
  setImmediate(() => {
    send(deps, caller, told).catch((err: unknown) =>
      deps.log.error(
        { err, change: told.change.kind, userId: told.userId, requestId: caller.requestId },
        'what was changed about an account could not be told',
      ),
    )
  })
}

async function send(deps: TellingDeps, { address, atMs, requestId }: Caller, told: Told): Promise<void> {
  const { sql, mailer, publicUrl, rateLimits, log } = deps
  const { userId, change } = told
  const profile = await findProfile(sql, userId)
  const to = told.to === undefined ? profile?.email : told.to
  if (!mailer || !profile || to == null) return
  const taken = await rateLimits.take(`${mailsAnHour.name}:account:${userId}`, mailsAnHour)
  if (!taken.allowed) {
    log.warn({ userId, change: change.kind, requestId }, 'too many mails about one account: this one is not sent')
    return
  }
  await mailer.send({ to, ...accountMail({ change, username: profile.username, atMs, address, publicUrl }) })
}
