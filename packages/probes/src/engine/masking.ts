import type { Header } from '@repo/contracts/specs/fields'
import type { Auth } from '@repo/contracts/specs/http'
import { MASK } from '../http/request.ts'
import { isOpenField } from '../http/shown-request.ts'
import type { Failure } from './failure.ts'

export type Mask = (text: string) => string

/** Shorter ones would blot out half of every text. */
const SHORTEST_SECRET = 4

/** Hides what a spec holds of secrets wherever a server says it back: in its head, in its messages, in its reasons. */
export function maskFor(spec: SecretHolder): Mask {
  const secrets = secretsOf(spec)
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length)
  return (text) => secrets.reduce((safe, secret) => safe.replaceAll(secret, MASK), text)
}

export function maskedFailure(failure: Failure | null, mask: Mask): Failure | null {
  return failure && { ...failure, text: mask(failure.text) }
}

/** What specs have that may be secret; each check type has some of it. */
export interface SecretHolder {
  readonly url?: string | undefined
  readonly auth?: Auth | undefined
  readonly headers?: readonly Header[] | undefined
}

function secretsOf({ url, auth, headers = [] }: SecretHolder): string[] {
  return [
    ...(url === undefined ? [] : new URL(url).searchParams.values()),
    ...(auth ? secretsOfAuth(auth) : []),
    ...headers.filter(({ name }) => !isOpenField(name)).map(({ value }) => value),
  ]
}

/** In each form in which it goes over the wire. */
function secretsOfAuth(auth: Auth): string[] {
  switch (auth.kind) {
    case 'basic':
      return [auth.password, Buffer.from(`${auth.username}:${auth.password}`).toString('base64')]
    case 'bearer':
      return [auth.token]
    case 'api-key':
      return [auth.value, encodeURIComponent(auth.value)]
  }
}
