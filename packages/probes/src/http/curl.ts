import type { HttpSpec } from '@repo/contracts/specs/http'
import { type HopRequest, MASK } from './request.ts'
import { shownFields, shownPath } from './shown-request.ts'

const SENT_BY_CURL: ReadonlySet<string> = new Set(['host', 'content-length', 'connection', 'accept', 'accept-encoding'])

/** A command that repeats a request from the very address that was asked; secrets are left to whoever has them. */
export function curlCommand(spec: HttpSpec, request: HopRequest, address: string | null): string {
  const { url, method, body } = request
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const host = url.hostname
  const isName = address !== null && !host.startsWith('[') && host !== address
  const words = [
    'curl -v',
    `--max-time ${Math.ceil(spec.timeoutMs / 1_000)}`,
    ...(method === 'GET' ? [] : method === 'HEAD' ? ['--head'] : [`-X ${method}`]),
    ...(isName ? [`--resolve ${quoted(`${host}:${port}:${address.includes(':') ? `[${address}]` : address}`)}`] : []),
    ...(spec.proxy ? [`--proxy ${quoted(`http://${spec.proxy.host}:${spec.proxy.port}`)} --proxytunnel`] : []),
    ...(spec.httpVersion === '2' ? ['--http2'] : []),
    ...(spec.tls?.verify === false ? ['--insecure'] : []),
    ...shownFields(request)
      .filter(({ name }) => !SENT_BY_CURL.has(name.toLowerCase()))
      .map(({ name, value }) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`--data-binary ${quoted(MASK)}`]),
    quoted(`${url.origin}${shownPath(url)}`),
  ]
  return words.join(' ')
}

/** As a POSIX shell takes it for one word, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
