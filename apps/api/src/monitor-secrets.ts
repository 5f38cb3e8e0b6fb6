import type { CheckSpec } from '@repo/contracts/check-spec'
import { destinationOf } from '@repo/contracts/spec-destination'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import {
  isSecretSet,
  mapSecrets,
  type SecretPlace,
  type ShownSpec,
  secretContext,
  secretFields,
} from '@repo/contracts/spec-secrets'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Keyring } from '@repo/secrets/keyring'
import { isSealed, missingSecret } from '@repo/secrets/sealed-text'
import { AppError } from './problems.ts'

type FieldProblem = { field: string; message: string }

/** A spec as it is stored: every secret sealed for its workspace. @throws AppError `invalid_body` where nothing can be sealed. */
export function sealSpec<Spec extends CheckSpec>(keyring: Keyring, workspaceId: WorkspaceId, spec: Spec): Spec {
  refuseWithoutKeys(keyring, secretFields(spec))
  return mapSecrets(spec, (secret, place) => keyring.seal(String(secret), secretContext(workspaceId, place)))
}

export interface SpecChange {
  readonly workspaceId: WorkspaceId
  readonly changed: ShownSpec
  /** The spec that is stored, as it is stored. */
  readonly stored: unknown
}

/**
 * A changed spec as it is stored. Where it says no more of a secret than that there is one, the stored one stays, provided that
 * it goes where it went: whoever may change a monitor could otherwise have its secrets sent to a place of their own.
 *
 * @throws AppError `invalid_body` naming each field that cannot be kept.
 */
export function sealChange(keyring: Keyring, { workspaceId, changed, stored }: SpecChange): CheckSpec {
  const before = storedSpecSchema.safeParse(stored)
  const known = before.success ? secretsByPlace(before.data) : new Map<string, string>()
  const goesElsewhere = before.success && destinationOf(before.data) !== destinationOf(changed)
  const problems: FieldProblem[] = []
  refuseWithoutKeys(keyring, secretFields(changed as CheckSpec))

  const sealed = mapSecrets(changed, (secret, place) => {
    const context = secretContext(workspaceId, place)
    // What people send is sealed whatever it looks like.
    if (!isSecretSet(secret)) return keyring.seal(String(secret), context)
    const kept = known.get(place.name)
    const message = kept === undefined ? nothingStored : goesElsewhere ? elsewhere : undefined
    if (message !== undefined) problems.push({ field: fieldOf(place.path), message })
    if (kept === undefined) return secret
    // One of before secrets were sealed is plain.
    return isSealed(kept) ? kept : keyring.seal(kept, context)
  })
  refuse(problems)
  return whole(sealed)
}

const nothingStored = 'cannot be kept, for nothing is stored here: give it anew'
const elsewhere =
  'is kept only where it goes to the same place by the same way (host, port, scheme, proxy, name servers, TLS): give it anew'
const noKeys = 'cannot be kept: this instance has no INSTANCE_KEYS to encrypt it with'

function secretsByPlace(spec: CheckSpec): Map<string, string> {
  const found = new Map<string, string>()
  mapSecrets(spec, (secret, place: SecretPlace) => {
    if (secret !== missingSecret) found.set(place.name, String(secret))
    return secret
  })
  return found
}

/** Without the marks that stand where no secret can be. */
function whole(sealed: ShownSpec): CheckSpec {
  const parsed = storedSpecSchema.safeParse(sealed)
  if (!parsed.success)
    refuse(parsed.error.issues.map(({ path, message }) => ({ field: fieldOf(path.join('.')), message })))
  return parsed.data as CheckSpec
}

function refuseWithoutKeys({ newestId }: Keyring, fields: readonly string[]): void {
  if (newestId === undefined) refuse(fields.map((path) => ({ field: fieldOf(path), message: noKeys })))
}

function refuse(problems: readonly FieldProblem[]): void {
  const [first] = problems
  if (first) throw new AppError('invalid_body', `${first.field}: ${first.message}`, { errors: problems })
}

function fieldOf(path: string): string {
  return `spec.${path}`
}
