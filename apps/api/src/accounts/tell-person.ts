import { findProfile } from '@repo/db/queries/users'
import type { UserId } from '@repo/domain/ids'
import { type AccountChange, accountMail } from '@repo/notifiers/account-mail'
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
export function tellPerson(deps: TellingDeps, context: Context<Asked>, { change, ...told }: Told): void {
  const { atMs, address } = context.get('caller')
  const write = (username: string) => accountMail({ change, username, atMs, address, publicUrl: deps.publicUrl })
  mailPerson(deps, context, { ...told, about: change.kind, write })
}

export interface PersonalMail extends Omit<Told, 'change'> {
  /** What it is about, for the log. */
  readonly about: string
  write(username: string): { readonly subject: string; readonly text: string }
}

/** The same, of something else that a person has to know. */
export function mailPerson(deps: TellingDeps, context: Context<Asked>, mail: PersonalMail): void {
  if (!deps.mailer) return
  const { requestId } = context.get('caller')
  setImmediate(() => {
    send(deps, mail, requestId).catch((err: unknown) =>
      deps.log.error(
        { err, change: mail.about, userId: mail.userId, requestId },
        'what was changed about an account could not be told',
      ),
    )
  })
}

async function send(deps: TellingDeps, mail: PersonalMail, requestId: string): Promise<void> {
  const { sql, mailer, rateLimits, log } = deps
  const { userId, about } = mail
  const profile = await findProfile(sql, userId)
  const to = mail.to === undefined ? profile?.email : mail.to
  if (!mailer || !profile || to == null) return
  const taken = await rateLimits.take(`${mailsAnHour.name}:account:${userId}`, mailsAnHour)
  if (!taken.allowed) {
    log.warn({ userId, change: about, requestId }, 'too many mails about one account: this one is not sent')
    return
  }
  await mailer.send({ to, ...mail.write(profile.username) })
}
