import type { HttpSpec } from '@repo/contracts/specs/http'
import type { Evidence } from '@repo/domain/outcome'
import { limits } from '../engine/limits.ts'
import { escapedBlock } from '../engine/readable.ts'
import { curlCommand } from './curl.ts'
import { type HopRequest, MASK } from './request.ts'
import { isOpenField, shownFields, shownPath } from './shown-request.ts'

const HEAD_CHARACTERS = 8_192
/** Shorter ones would blot out half of every page. */
const SHORTEST_SECRET = 4

/** What a person needs to see a failed answer for themselves; nothing of it is a secret of the monitor's. */
export function httpEvidence(
  spec: HttpSpec,
  request: HopRequest,
  answer: {
    rawHead: string
    body: Buffer | null
    addresses: readonly string[]
    address: string | null
    chain: readonly string[]
  },
): Evidence {
  const secrets = secretsOf(spec)
  const safe = (text: string, limit: number) => escapedBlock(masked(text, secrets), limit)
  return {
    request: safe(requestShown(request, spec.httpVersion), HEAD_CHARACTERS),
    responseHead: answer.rawHead === '' ? null : safe(answer.rawHead, HEAD_CHARACTERS),
    body: answer.body?.length
      ? safe(answer.body.toString('utf8', 0, limits.evidenceBodyBytes), limits.evidenceBodyBytes)
      : null,
    addresses: answer.addresses,
    chain: answer.chain,
    curl: masked(curlCommand(spec, request, answer.address), secrets),
  }
}

function requestShown(request: HopRequest, httpVersion = '1.1'): string {
  const { url, method } = request
  const lines = shownFields(request).map(({ name, value }) => `${name}: ${value}`)
  return [`${method} ${shownPath(url)} HTTP/${httpVersion}`, `Host: ${url.host}`, ...lines].join('\n')
}

/** Every value of the spec that may be secret, in each form in which an answer could give it back. */
function secretsOf({ url, auth, headers, body, proxy }: HttpSpec): string[] {
  const values: string[] = [...new URL(url).searchParams.values()]
  if (auth?.kind === 'basic') {
    values.push(auth.password, Buffer.from(`${auth.username}:${auth.password}`).toString('base64'))
  }
  if (auth?.kind === 'bearer') values.push(auth.token)
  if (auth?.kind === 'api-key') values.push(auth.value, encodeURIComponent(auth.value))
  for (const { name, value } of headers ?? []) if (!isOpenField(name)) values.push(value)
  if (body) values.push(body)
  if (proxy?.password) values.push(proxy.password)
  return values.filter((value) => value.length >= SHORTEST_SECRET).toSorted((a, b) => b.length - a.length)
}

function masked(text: string, secrets: readonly string[]): string {
  return secrets.reduce((safe, secret) => maskEnd(safe.replaceAll(secret, MASK), secret), text)
}

/** What was cut off may have been cut in the middle of a secret. */
function maskEnd(text: string, secret: string): string {
  for (let length = Math.min(secret.length - 1, text.length); length >= SHORTEST_SECRET; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length) + MASK
  }
  return text
}
