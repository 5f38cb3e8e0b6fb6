import type { Monitor } from '@repo/contracts/monitors'
import { isSecretSet, mapSecrets } from '@repo/contracts/spec-secrets'

type Spec = Monitor['spec']

/** What becomes of a secret that is there: it is written anew, by the path of each of its parts, or taken away. */
export type SecretFate =
  | { readonly kind: 'replaced'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'removed' }

/** By the id of the secret; what is not named stays as it is. */
export type SecretFates = Readonly<Record<string, SecretFate>>

/** A secret of a monitor: all that can be known of it is that it is there. */
export interface KeptSecret {
  /** Where it stands: `headers.0`, `auth`, `body`. */
  readonly id: string
  readonly what: SecretWhat
  /** What it belongs to, where that has a name: that of a header. */
  readonly name: string
  /** Where its parts stand, of which a user name and a password are two. */
  readonly paths: readonly string[]
  /** Whether the check is one without it. */
  readonly isRemovable: boolean
}

export type SecretWhat = 'header' | 'basic' | 'bearer' | 'api-key' | 'proxy' | 'certificate' | 'body' | 'other'

/** The secrets of a spec, each with all of its parts. */
export function keptSecrets(spec: Spec): KeptSecret[] {
  const paths: string[] = []
  mapSecrets(spec, (secret, { path }) => {
    if (isSecretSet(secret)) paths.push(path)
    return secret
  })
  return [...Map.groupBy(paths, idOf)].map(([id, paths]) => ({ id, paths, ...kindOf(spec, id) }))
}

/** A spec with what was written anew in place of the marks, and without what was taken away. */
export function withFates(spec: Spec, fates: SecretFates): Spec {
  const values = Object.values(fates).flatMap((fate) => (fate.kind === 'replaced' ? Object.entries(fate.values) : []))
  // A field that was left empty is no new secret.
  const written = new Map(values.filter(([, value]) => value !== ''))
  const replaced = mapSecrets(spec, (secret, { path }) => written.get(path) ?? secret)
  return without(replaced, new Set(Object.keys(fates).filter((id) => fates[id]?.kind === 'removed')))
}

function idOf(path: string): string {
  const [field = '', step = ''] = path.split('.')
  return field === 'headers' || field === 'metadata' || field === 'script' ? `${field}.${step}` : field
}

function kindOf(spec: Spec, id: string): Pick<KeptSecret, 'what' | 'name' | 'isRemovable'> {
  const [field = '', place] = id.split('.')
  if (field === 'headers' || field === 'metadata') {
    const headers = (spec as Record<string, unknown>)[field] as readonly { name: string }[]
    return { what: 'header', name: headers[Number(place)]?.name ?? '', isRemovable: true }
  }
  if (field === 'auth' && 'auth' in spec && spec.auth)
    return { what: spec.auth.kind, name: 'name' in spec.auth ? spec.auth.name : '', isRemovable: true }
  if (field === 'body') return { what: 'body', name: '', isRemovable: true }
  if (field === 'proxy') return { what: 'proxy', name: '', isRemovable: false }
  return { what: field === 'tls' ? 'certificate' : 'other', name: '', isRemovable: false }
}

function without(spec: Spec, ids: ReadonlySet<string>): Spec {
  if (ids.size === 0) return spec
  const left = Object.entries(spec).flatMap(([field, value]) => {
    if (ids.has(field)) return []
    if (field !== 'headers' && field !== 'metadata') return [[field, value]]
    return [[field, (value as readonly unknown[]).filter((_, place) => !ids.has(`${field}.${place}`))]]
  })
  return Object.fromEntries(left) as Spec
}
