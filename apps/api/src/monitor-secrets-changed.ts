import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { mapSecrets, secretContext } from '@repo/contracts/spec-secrets'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import type { Keyring } from '@repo/secrets/keyring'
import { isSealed } from '@repo/secrets/sealed-text'

/**
 * Where in a spec another secret stands than before: `auth.password`, `headers[authorization]`. What the audit log shows of
 * secrets is that they are set, so that without this a change of nothing but a secret would look like no change.
 */
export function secretsChanged(keyring: Keyring, before: StoredMonitor, after: StoredMonitor): string[] {
  const [old, now] = [openedByPlace(keyring, before), openedByPlace(keyring, after)]
  const places = [...new Set([...old.keys(), ...now.keys()])]
  return places.filter((place) => old.get(place) !== now.get(place))
}

function openedByPlace(keyring: Keyring, { workspaceId, spec }: StoredMonitor): Map<string, string> {
  const found = new Map<string, string>()
  const parsed = storedSpecSchema.safeParse(spec)
  if (!parsed.success) return found
  mapSecrets(parsed.data, (secret, place) => {
    found.set(place.name, opened(keyring, String(secret), secretContext(workspaceId, place)))
    return secret
  })
  return found
}

/** One that no key of ours opens any more is told from others by how it is sealed. */
function opened(keyring: Keyring, text: string, context: string): string {
  // One of before secrets were sealed is plain.
  if (!isSealed(text)) return text
  try {
    return keyring.open(text, context)
  } catch {
    return text
  }
}
