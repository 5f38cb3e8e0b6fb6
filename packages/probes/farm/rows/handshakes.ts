import type { TlsOptions } from 'node:tls'
import { type CertificateOptions, type Identity, makeAuthority, makeCertificate } from '../../testing/certificates.ts'
import { type Step, startTarget } from '../../testing/target.ts'
import { startWithoutAnnouncement } from '../../testing/unannounced-end.ts'
import type { FarmRow, FarmTools, OpenRow, OpenTarget } from '../row.ts'

const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const HOST = 'www.shop.example'
const DAY_MS = 86_400_000
const LATER_MS = 90 * DAY_MS

type Making = Partial<CertificateOptions> & { readonly isStrange?: boolean }

/** A site under TLS that shows a certificate like this one, signed by whom the farm trusts unless it is strange. */
async function siteWith({ authority }: FarmTools, making: Making, behaviour: Behaviour = {}): Promise<OpenTarget> {
  const { isStrange, ...wishes } = making
  const ca = isStrange ? await makeAuthority() : authority
  const identity = await makeCertificate({ names: [HOST], validUntilMs: Date.now() + LATER_MS, ca, ...wishes })
  return siteAs(identity, behaviour)
}

interface Behaviour {
  readonly options?: TlsOptions
  readonly script?: readonly Step[]
}

async function siteAs(identity: Identity, { options, script = [EMPTY] }: Behaviour = {}): Promise<OpenTarget> {
  const site = await startTarget(script, { tls: { ...identity, ...options } })
  return {
    url: `https://${HOST}:${site.port}/`,
    curlArgs: ['--resolve', `${HOST}:${site.port}:127.0.0.1`],
    openConnections: site.openConnections,
    stop: site.stop,
  }
}

const shown = (row: Omit<OpenRow, 'open'>, making: Making): OpenRow => ({
  ...row,
  open: (tools) => siteWith(tools, making),
})

/** What a server says to a ClientHello, byte for byte. */
const said = (row: Omit<OpenRow, 'open'>, script: readonly Step[]): OpenRow => ({
  ...row,
  open: async () => {
    const site = await startTarget(script, { greets: true })
    return {
      url: `https://${HOST}:${site.port}/`,
      curlArgs: ['--resolve', `${HOST}:${site.port}:127.0.0.1`],
      openConnections: site.openConnections,
      stop: site.stop,
    }
  },
})

const alert = (level: number, description: number) => Uint8Array.of(0x15, 3, 3, 0, 2, level, description)
const QUICK = { timeoutMs: 400 }

export const handshakes: readonly FarmRow[] = [
  shown(
    {
      id: 'C1',
      name: 'shows a certificate that has expired',
      code: 'TLS_EXPIRED',
      message: /expired 12 days ago \(\d{4}-\d\d-\d\d\)/,
    },
    { validFromMs: Date.now() - LATER_MS, validUntilMs: Date.now() - 12.5 * DAY_MS },
  ),
  shown(
    { id: 'C2', name: 'shows a certificate that is not valid yet', code: 'TLS_NOT_YET_VALID' },
    { validFromMs: Date.now() + DAY_MS },
  ),
  shown(
    {
      id: 'C3',
      name: 'shows a certificate that ends in five days',
      code: 'TLS_EXPIRING',
      message: /expires in 5 days/,
    },
    { validUntilMs: Date.now() + 5.5 * DAY_MS },
  ),
  {
    id: 'C4',
    name: 'shows a certificate that it signed itself',
    code: 'TLS_SELF_SIGNED',
    open: async () => siteAs(await makeCertificate({ names: [HOST] })),
  },
  shown({ id: 'C5', name: 'shows a certificate of an unknown authority', code: 'TLS_UNTRUSTED' }, { isStrange: true }),
  shown(
    {
      id: 'C7',
      name: 'shows a certificate for another name',
      code: 'TLS_NAME',
      message: /is for \*\.other\.example, not www\.shop\.example/,
    },
    { names: ['*.other.example'] },
  ),
  shown({ id: 'C8', name: 'shows a wildcard two levels up', code: 'TLS_NAME' }, { names: ['*.example'] }),
  shown({ id: 'C8', name: 'shows a certificate for its domain alone', code: 'TLS_NAME' }, { names: ['shop.example'] }),
  said({ id: 'C11', name: 'does not know the name', code: 'TLS_ALERT', message: /unrecognized_name/ }, [
    alert(2, 112),
    'FIN',
  ]),
  said({ id: 'C12', name: 'has no cipher in common', code: 'TLS_ALERT', message: /handshake_failure/ }, [
    alert(2, 40),
    'FIN',
  ]),
  {
    id: 'C13',
    name: 'speaks TLS 1.1 at most',
    code: 'TLS_VERSION',
    message: /the server offers TLS 1\.1 only/,
    open: (tools) => siteWith(tools, {}, { options: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' } }),
  },
  {
    id: 'C13',
    name: 'speaks TLS 1.1 at most, which is allowed',
    code: 'TLS_VERSION',
    verdict: 'degraded',
    spec: { tls: { minVersion: '1.0' } },
    open: (tools) => siteWith(tools, {}, { options: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' } }),
  },
  said({ id: 'C13', name: 'refuses every version that is safe', code: 'TLS_VERSION' }, [alert(2, 70), 'FIN']),
  said({ id: 'C16', name: 'says nothing to a handshake', code: 'TLS_TIMEOUT', spec: QUICK, maxMs: 650 }, []),
  said({ id: 'C17', name: 'drips its handshake', code: 'TLS_TIMEOUT', spec: QUICK, maxMs: 650 }, [
    { drip: `\x16\x03\x03\x40\x00${'a'.repeat(500)}`, everyMs: 20 },
  ]),
  {
    id: 'C19',
    name: 'demands a certificate of us',
    code: 'TLS_CLIENT_CERT_REQUIRED',
    open: (tools) =>
      siteWith(tools, {}, { options: { requestCert: true, rejectUnauthorized: true, ca: tools.authority.cert } }),
  },
  {
    id: 'C23',
    name: 'ends its body without saying so',
    code: 'UNCLEAN_CLOSE',
    open: async ({ authority }) => {
      const identity = await makeCertificate({ names: [HOST], ca: authority, validUntilMs: Date.now() + LATER_MS })
      const site = await startTarget(['HTTP/1.1 200 OK\r\n\r\nhello', 'FIN'], { tls: identity })
      const front = await startWithoutAnnouncement(site)
      return {
        url: `https://${HOST}:${front.port}/`,
        curlArgs: ['--resolve', `${HOST}:${front.port}:127.0.0.1`],
        stop: async () => {
          await front.stop()
          await site.stop()
        },
      }
    },
  },
  {
    id: 'C23',
    name: 'ends its body and says so',
    code: 'OK',
    open: (tools) => siteWith(tools, {}, { script: ['HTTP/1.1 200 OK\r\n\r\nhello', 'FIN'] }),
  },
  said({ id: 'C24', name: 'answers a handshake with garbage', code: 'TLS_PROTOCOL' }, [
    '\x16\x03\x03\x00\x05hello',
    'FIN',
  ]),
  said({ id: 'C24', name: 'answers a handshake in plain HTTP', code: 'TLS_PROTOCOL' }, [
    'HTTP/1.1 400 Bad Request\r\n\r\n',
    'FIN',
  ]),
  said({ id: 'C24', name: 'sends a record that is too large', code: 'TLS_PROTOCOL' }, [
    Uint8Array.of(0x16, 3, 3, 0xff, 0xff),
    { endless: 'x'.repeat(1_024) },
  ]),
  said({ id: 'C25', name: 'speaks nothing but HTTP/2', code: 'HTTP2_ONLY' }, [alert(2, 120), 'FIN']),
  said(
    { id: 'C18', name: 'closes in the middle of a handshake', code: 'TLS_PROTOCOL', message: /during the handshake/ },
    ['FIN'],
  ),
  said({ id: 'C18', name: 'resets a handshake', code: 'TLS_PROTOCOL', message: /during the handshake/ }, ['RST']),
]
