import pLimit from 'p-limit'

export interface Passwords {
  hash(password: string): Promise<string>
  /** Takes as long for a user that does not exist (`hash` undefined) as for a wrong password. */
  verify(password: string, hash: string | undefined): Promise<boolean>
}

/** argon2id with Bun's defaults (64 MiB, 2 passes); verifies bcrypt hashes too. At most two at once, for each takes its memory. */
export async function createPasswords(): Promise<Passwords> {
  const limit = pLimit(2)
  const hash = (password: string) => limit(() => Bun.password.hash(password, 'argon2id'))
  const decoy = await hash(crypto.randomUUID())
  return {
    hash,
    verify: (password, known) =>
      limit(async () => {
        const matches = await Bun.password.verify(password, known ?? decoy)
        return matches && known !== undefined
      }),
  }
}
