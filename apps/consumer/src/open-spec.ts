import type { CheckSpec } from '@repo/contracts/check-spec'
import { mapSecrets, secretContext } from '@repo/contracts/spec-secrets'
import type { Check } from '@repo/domain/check'
import { type Keyring, SecretError } from '@repo/secrets/keyring'
import { isSealed, missingSecret } from '@repo/secrets/sealed-text'

/** @throws SecretError where a secret cannot be opened; it names the field and the key, and nothing of the secret. */
export type OpenSpec = (check: Pick<Check<CheckSpec>, 'spec' | 'workspaceId'>) => CheckSpec

const CHARACTERS = 4_194_304

/**
 * Opens the secrets of a check just before its probe. What was opened is remembered, for a monitor's secrets come again with
 * each of its checks; by its place as well, for in another one it does not open.
 */
export function createOpenSpec(keyring: Keyring): OpenSpec {
  const opened = new Remembered()

  return ({ spec, workspaceId }) =>
    mapSecrets(spec, (secret, place) => {
      const text = String(secret)
      if (text === missingSecret) throw new SecretError(`${place.path} is not set`)
      // One of before secrets were sealed is plain.
      if (!isSealed(text)) return text
      if (workspaceId === undefined)
        throw new SecretError(`${place.path} is sealed, and the check does not say for whom`)
      const context = secretContext(workspaceId, place)
      const key = `${context}\n${text}`
      const known = opened.get(key)
      return known ?? opened.keep(key, open(text, { context, path: place.path }))
    })

  function open(text: string, { context, path }: { context: string; path: string }): string {
    try {
      return keyring.open(text, context)
    } catch (error) {
      throw error instanceof SecretError ? new SecretError(`${path} is ${error.message}`) : error
    }
  }
}

/** Bounded by two generations: what was not asked for during the life of one is forgotten. */
class Remembered {
  #young = new Map<string, string>()
  #old = new Map<string, string>()
  #youngCharacters = 0

  get(key: string): string | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    return old === undefined ? undefined : this.keep(key, old)
  }

  keep(key: string, value: string): string {
    if (this.#youngCharacters > CHARACTERS) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngCharacters = 0
    }
    this.#youngCharacters += key.length + value.length
    this.#young.set(key, value)
    return value
  }
}
