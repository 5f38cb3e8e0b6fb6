import type { Revoked } from '@repo/contracts/revoked'
import type { ApiDeps } from '../deps.ts'

/**
 * Tells every API process what no longer holds, this one first: what it remembers of it goes, and the sockets opened with
 * it are closed. Where the bus is away the others find out by themselves, within seconds: the change itself is committed.
 */
export async function revoke(
  { authenticator, revocations, log }: Pick<ApiDeps, 'authenticator' | 'revocations' | 'log'>,
  revoked: Revoked,
): Promise<void> {
  authenticator.forget(revoked)
  await revocations
    .publish(revoked)
    .catch((err: unknown) => log.warn({ err }, 'what was revoked could not be told; others find out within seconds'))
}
