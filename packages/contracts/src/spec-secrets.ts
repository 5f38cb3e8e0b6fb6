import type { WorkspaceId } from '@repo/domain/ids'
import type { CheckSpec } from './check-spec.ts'

/** What stands in place of a secret wherever it is shown: that there is one, and nothing of it. */
export interface SecretSet {
  readonly set: true
}
export const secretSet: SecretSet = { set: true }

/** A part of a spec, and where in it secrets stand. `headers` are a list of which all are secret but the harmless. */
export type SecretNode =
  | { readonly kind: 'text' }
  | { readonly kind: 'headers' }
  | { readonly kind: 'each'; readonly of: SecretNode }
  | { readonly kind: 'fields'; readonly of: Readonly<Record<string, SecretNode>> }

const text: SecretNode = { kind: 'text' }
const fields = (of: Readonly<Record<string, SecretNode>>): SecretNode => ({ kind: 'fields', of })

/**
 * The fields of a spec that hold something nobody but the target may see: credentials, and what is sent to it, for people log in
 * with that too. Sealing, opening, masking and the schemas all go by this one table; a test finds what is missing in it.
 */
export const secretNodes = {
  auth: fields({ username: text, password: text, token: text, value: text }),
  proxy: fields({ username: text, password: text }),
  tls: fields({ clientCertificate: fields({ key: text }) }),
  headers: { kind: 'headers' },
  metadata: { kind: 'headers' },
  body: text,
  send: text,

  script: { kind: 'each', of: fields({ send: text }) },
} satisfies Record<string, SecretNode>

const HARMLESS_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-type',
  'origin',
  'pragma',
  'range',
  'referer',
  'user-agent',
  'x-requested-with',
])

/** Nobody can list the names under which credentials are sent, so all are secret but those that are known not to be. */
export function isSecretHeader(name: string): boolean {
  return !HARMLESS_HEADERS.has(name.toLowerCase())
}

export interface SecretPlace {
  /** The same as long as the secret means the same: a header goes by its name, wherever in the list it stands. */
  readonly name: string
  /** Where it stands just now, as errors name it: `headers.0.value`. */
  readonly path: string
}

export type ChangeSecret = (secret: unknown, place: SecretPlace) => unknown

/** A spec whose secrets are replaced by what `change` makes of them; the very same spec where nothing changes. */
export function mapSecrets<Spec extends object>(spec: Spec, change: ChangeSecret): Spec {
  return mapFields(spec, secretNodes, { place: { name: '', path: '' }, change }) as Spec
}

/** The fields of a spec that hold secrets: `auth.password`, `headers.0.value`. */
export function secretFields(spec: CheckSpec): string[] {
  const found: string[] = []
  mapSecrets(spec, (secret, { path }) => {
    found.push(path)
    return secret
  })
  return found
}

/** What a sealed text is bound to: put into another workspace or another field, it does not open. */
export function secretContext(workspaceId: WorkspaceId, { name }: SecretPlace): string {
  return `monitor ${workspaceId} ${name}`
}

export function isSecretSet(value: unknown): value is SecretSet {
  return typeof value === 'object' && value !== null && (value as Partial<SecretSet>).set === true
}

/** A spec as it is shown. */
export function maskSpec(spec: CheckSpec): ShownSpec {
  return mapSecrets<ShownSpec>(spec, () => secretSet)
}

interface Within {
  readonly place: SecretPlace
  readonly change: ChangeSecret
}

function mapNode(value: unknown, node: SecretNode, within: Within): unknown {
  switch (node.kind) {
    case 'text':
      return within.change(value, within.place)
    case 'fields':
      return mapFields(value as object, node.of, within)
    case 'each':
      return mapItems(value as unknown[], (item, index) => mapNode(item, node.of, inside(within, String(index))))
    case 'headers':
      return mapHeaders(value as HeaderValue[], within)
  }
}

function mapFields(value: object, nodes: Readonly<Record<string, SecretNode>>, within: Within): object {
  let changed: Record<string, unknown> | undefined
  for (const field in value) {
    const node = nodes[field]
    if (!node) continue
    const before = (value as Record<string, unknown>)[field]
    if (before === undefined) continue
    const after = mapNode(before, node, inside(within, field))
    if (after === before) continue
    changed ??= { ...value }
    changed[field] = after
  }
  return changed ?? value
}

interface HeaderValue {
  readonly name: string
  readonly value: unknown
}

function mapHeaders(headers: readonly HeaderValue[], within: Within): readonly HeaderValue[] {
  const seen = new Map<string, number>()
  return mapItems(headers, (header, index) => {
    const key = header.name.toLowerCase()
    if (!isSecretHeader(key)) return header
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    const { name, path } = within.place
    const place = { name: `${name}[${key}]${count === 1 ? '' : `#${count}`}`, path: `${path}.${index}.value` }
    const value = within.change(header.value, place)
    return value === header.value ? header : { ...header, value }
  })
}

function mapItems<Item>(items: readonly Item[], map: (item: Item, index: number) => Item): readonly Item[] {
  const mapped = items.map(map)
  return mapped.some((item, index) => item !== items[index]) ? mapped : items
}

function inside({ place, change }: Within, step: string): Within {
  const deeper = (path: string) => (path === '' ? step : `${path}.${step}`)
  return { place: { name: deeper(place.name), path: deeper(place.path) }, change }
}

/** A spec in which `{ set: true }` may stand in place of each secret. */
export type Marked<Spec> = Spec extends unknown
  ? { [Field in keyof Spec]: Field extends keyof typeof secretNodes ? MarkedField<Spec[Field]> : Spec[Field] }
  : never
type MarkedField<Value> = Value extends string ? Value | SecretSet : MarkedWithin<Value>
type SecretName = 'username' | 'password' | 'token' | 'value' | 'key' | 'send'
type MarkedWithin<Value> = {
  [Field in keyof Value]: Field extends SecretName ? Value[Field] | SecretSet : MarkedWithin<Value[Field]>
}

/** A spec as the API shows it. */
export type ShownSpec = Marked<CheckSpec>
