import { startTarget } from '../../testing/target.ts'
import type { FarmRow, OpenTarget, ScriptRow } from '../row.ts'

const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const to = (location: string, status = 302) =>
  `HTTP/1.1 ${status} Go\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`

/** A site that sends to another one, which is up. */
async function twoSites(location: (landing: string) => string, path = ''): Promise<OpenTarget> {
  const landing = await startTarget([EMPTY])
  const first = await startTarget([to(location(landing.url))])
  return {
    url: `${first.url}${path}`,
    openConnections: () => first.openConnections() + landing.openConnections(),
    stop: async () => {
      await first.stop()
      await landing.stop()
    },
  }
}

const followed = (name: string, location: (landing: string) => string): FarmRow => ({
  id: 'F4',
  name: `redirects to ${name}`,
  code: 'OK',
  open: () => twoSites(location),
})

const forbidden = (id: string, code: ScriptRow['code'], locations: Readonly<Record<string, string>>): ScriptRow[] =>
  Object.entries(locations).map(([name, location]) => ({
    id,
    name: `redirects to ${name}`,
    code,
    verdict: 'unknown',
    leadsOutside: true,
    script: [to(location)],
  }))

export const redirects: readonly FarmRow[] = [
  { id: 'F2', name: 'redirects to itself for ever', code: 'TOO_MANY_REDIRECTS', script: [to('/again')] },
  {
    id: 'F3',
    name: 'redirects without a location',
    code: 'REDIRECT_NO_LOCATION',
    script: ['HTTP/1.1 302 Go\r\n\r\n', 'FIN'],
  },
  { id: 'F3', name: 'redirects to an empty location', code: 'REDIRECT_NO_LOCATION', script: [to('')] },
  followed('another site', (url) => url),
  followed('a site without naming the scheme', (url) => url.replace('http:', '')),
  followed('a path with a space', (url) => `${url}a b`),
  followed('a path in UTF-8', (url) => `${url}gr\xc3\xb6\xc3\x9fe`),
  followed('a place in a page', (url) => `${url}a#part`),
  followed('a location with spaces around it', (url) => `  ${url}  `),
  {
    id: 'F6',
    leadsOutside: true,
    name: 'redirects to a URL that is none',
    code: 'BAD_REDIRECT',
    script: [to('http://foo:bar/')],
  },
  ...forbidden('F7', 'BLOCKED_SCHEME', {
    ftp: 'ftp://192.0.78.1/',
    'a file': 'file:///etc/passwd',
    gopher: 'gopher://192.0.78.1/',
    data: 'data:text/html,hello',
    'a script': 'javascript:alert(1)',
  }),
  ...forbidden('F8', 'BLOCKED_REDIRECT', {
    'a private address': 'http://10.0.0.1/',
    'the metadata of a cloud': 'http://169.254.169.254/latest/',
    'a decimal address': 'http://2852039166/',
    'an address of IPv4 in IPv6': 'http://[::ffff:10.0.0.1]/',
  }),
  {
    id: 'F10',
    name: 'redirects to a location of 100 KiB',
    code: 'BAD_REDIRECT',
    script: [to(`/${'a'.repeat(102_400)}`)],
  },
  { id: 'F10', name: 'redirects to a location of 9 KiB', code: 'BAD_REDIRECT', script: [to(`/${'a'.repeat(9_000)}`)] },
  {
    id: 'F10',
    name: 'names twenty locations',
    code: 'BAD_REDIRECT',
    script: [`HTTP/1.1 302 Go\r\n${Array.from({ length: 20 }, (_, index) => `Location: /${index}\r\n`).join('')}\r\n`],
  },
  {
    id: 'F11',
    name: 'redirects for ever with 60 KiB of headers each time',
    code: 'HEADERS_TOO_LARGE',
    script: [`HTTP/1.1 302 Go\r\nLocation: /again\r\nX: ${'x'.repeat(60_000)}\r\nContent-Length: 0\r\n\r\n`],
  },
  {
    id: 'F14',
    name: 'redirects to another origin, which sees no secret',
    code: 'OK',
    spec: {
      auth: { kind: 'bearer', token: 'SEKRET' },
      headers: [
        { name: 'Cookie', value: 'SEKRET' },
        { name: 'X-Api-Key', value: 'SEKRET' },
      ],
    },
    open: async () => {
      const landing = await startTarget([EMPTY])
      const first = await startTarget([to(landing.url)])
      return {
        url: first.url,
        verify: () => {
          if (!first.requests[0]?.includes('SEKRET')) throw new Error('the first origin was not shown the secret')
          if (landing.requests[0]?.includes('SEKRET')) throw new Error('the second origin was shown the secret')
        },
        stop: async () => {
          await first.stop()
          await landing.stop()
        },
      }
    },
  },
  {
    id: 'F15',
    leadsOutside: true,
    name: 'redirects to a URL with credentials',
    code: 'BAD_REDIRECT',
    script: [to('http://ada:pw@192.0.78.1/')],
  },
  ...forbidden('F16', 'BLOCKED_PORT', {
    'the port of SSH': 'http://192.0.78.1:22/',
    'the port of SMTP': 'http://192.0.78.1:25/',
    'the port of Redis': 'http://192.0.78.1:6379/',
  }),
  {
    id: 'F18',
    name: 'redirects with a body without end',
    code: 'OK',
    open: async () => {
      const landing = await startTarget([EMPTY])
      const first = await startTarget([
        `HTTP/1.1 302 Go\r\nLocation: ${landing.url}\r\n\r\n`,
        { endless: 'x'.repeat(65_536) },
      ])
      return {
        url: first.url,
        openConnections: () => first.openConnections() + landing.openConnections(),
        stop: async () => {
          await first.stop()
          await landing.stop()
        },
      }
    },
  },
]
