import pLimit from 'p-limit'
import { AppError } from './problems.ts'

export interface Passwords {
  hash(password: string): Promise<string>
  /** Takes as long for a user that does not exist (`hash` undefined) as for a wrong password. */
  verify(password: string, hash: string | undefined): Promise<boolean>
  /** Whether a hash is of an older kind than those that are made now. */
  isOutdated(hash: string): boolean
}

type Verify = (password: string, hash: string) => Promise<boolean>

/** argon2id as Bun has it by default: 64 MiB, two passes. */
const usualCost = { memoryCost: 65_536, timeCost: 2 }

/**
 * argon2id, off the event loop; verifies bcrypt hashes too. At most two at once, for
 * each takes its memory, and at most `maxWaiting` behind them: whoever comes then is told to try again (AppError `unavailable`).
 */
export async function createPasswords({
  maxWaiting = 100,
  cost = usualCost,
  verify = Bun.password.verify as Verify,
} = {}): Promise<Passwords> {
  const bounded = pLimit(2)
  const limit = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (bounded.pendingCount >= maxWaiting) throw new AppError('unavailable', 'too many people sign in at once')
    return bounded(work)
  }
  const hash = (password: string) => limit(() => Bun.password.hash(password, { algorithm: 'argon2id', ...cost }))
  const decoy = await hash(crypto.randomUUID())
  return {
    hash,
    verify: (password, known) =>
      limit(async () => {
        const matches = await verify(password, known ?? decoy)
        return matches && known !== undefined
      }),
    isOutdated: (known) => !known.startsWith('$argon2id$'),
  }
}
