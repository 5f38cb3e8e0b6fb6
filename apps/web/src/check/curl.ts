import type { ShownSpec } from '@repo/contracts/spec-secrets'

type HttpShown = Extract<ShownSpec, { kind: 'http' }>

/** The same request for a shell. Where a secret was there are three stars: it is known to the checks alone. */
export function curlOf(spec: HttpShown): string {
  const { url, method = 'GET', headers = [], body, timeoutMs, maxRedirects, auth } = spec
  const words = ['curl', '--include', '--max-time', String(Math.ceil(timeoutMs / 1_000))]
  if (method === 'HEAD') words.push('--head')
  else if (method !== 'GET') words.push('--request', method)
  if (maxRedirects > 0) words.push('--location', '--max-redirs', String(maxRedirects))
  for (const { name, value } of headers) words.push('--header', `${name}: ${shown(value)}`)
  if (auth?.kind === 'bearer') words.push('--header', 'Authorization: Bearer ***')
  if (auth?.kind === 'basic') words.push('--user', `${shown(auth.username)}:***`)
  if (auth?.kind === 'api-key' && auth.in === 'header') words.push('--header', `${auth.name}: ***`)
  if (body !== undefined) words.push('--data-binary', shown(body))
  return [...words, url].map(quoted).join(' ')
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : '***'
}

/** For a POSIX shell (XCU 2.2.2): what is in single quotes stands for itself. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
