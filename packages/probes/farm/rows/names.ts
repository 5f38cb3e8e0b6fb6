import type { Answer } from 'dns-packet'
import { createResolver } from '../../src/dns/resolve.ts'
import { readSystemNames } from '../../src/dns/system-files.ts'
import { type Asked, type DnsAnswer, rcodes, startDnsServer } from '../../testing/dns-server.ts'
import { startTarget } from '../../testing/target.ts'
import type { OpenRow } from '../row.ts'

const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const NO_FILES = readSystemNames('/no/such/hosts', '/no/such/resolv.conf')
const HOST = 'shop.example'

const a = (name: string, data: string): Answer => ({ type: 'A', name, ttl: 60, data })
const alias = (name: string, data: string): Answer => ({ type: 'CNAME', name, ttl: 60, data })
const isThere = ({ name, type }: Asked): DnsAnswer => (type === 'A' ? { answers: [a(name, '127.0.0.1')] } : {})

interface NameRow extends Omit<OpenRow, 'open'> {
  readonly servers: readonly ((asked: Asked) => DnsAnswer | Promise<DnsAnswer>)[]
  /** Answers nothing about the root either. */
  readonly isDead?: boolean
}

/** A site that is up, whose name is looked up with the servers of the row. */
function row({ servers, isDead = false, ...expected }: NameRow): OpenRow {
  return {
    ...expected,
    open: async () => {
      const site = await startTarget([EMPTY])
      const started = await Promise.all(servers.map((script) => startDnsServer(script, { isDead })))
      const resolve = createResolver({ servers: started.map(({ address }) => address), names: NO_FILES })
      return {
        url: `http://${HOST}:${site.port}/`,
        deps: { resolve },
        openConnections: site.openConnections,
        stop: async () => {
          await Promise.all([site.stop(), ...started.map((server) => server.stop())])
        },
      }
    },
  }
}

const QUICK = { timeoutMs: 600 }

export const names: readonly OpenRow[] = [
  row({
    id: 'A1',
    name: 'does not exist',
    code: 'DNS_NXDOMAIN',
    message: /does not exist \(NXDOMAIN\)/,
    servers: [() => ({ rcode: rcodes.nxDomain })],
  }),
  row({
    id: 'A2',
    name: 'has name servers that fail',
    code: 'DNS_SERVFAIL',
    servers: [() => ({ rcode: rcodes.servFail })],
  }),
  row({
    id: 'A3',
    name: 'has name servers that refuse',
    code: 'DNS_REFUSED',
    servers: [() => ({ rcode: rcodes.refused })],
  }),
  row({
    id: 'A4',
    name: 'has silent name servers',
    code: 'DNS_TIMEOUT',
    spec: QUICK,
    maxMs: 850,
    servers: [() => 'silence'],
  }),
  row({
    id: 'A5',
    name: 'is asked for at a dead resolver',
    code: 'PROBE_DNS',
    spec: QUICK,
    maxMs: 850,
    servers: [() => 'silence'],
    isDead: true,
  }),
  row({ id: 'A6', name: 'has no address', code: 'DNS_NO_ADDRESS', servers: [() => ({})] }),
  row({
    id: 'A7',
    name: 'has aliases in a circle',
    code: 'DNS_CNAME_LOOP',
    servers: [({ name }) => ({ answers: [alias(name, 'b.example'), alias('b.example', name)] })],
  }),
  row({
    id: 'A9',
    name: 'is an alias of what does not exist',
    code: 'DNS_NXDOMAIN',
    message: /cdn\.example does not exist/,
    servers: [({ name }) => ({ answers: [alias(name, 'cdn.example')], rcode: rcodes.nxDomain })],
  }),
  row({
    id: 'A11',
    name: 'does not fit into a datagram',
    code: 'OK',
    servers: [(asked) => (asked.transport === 'udp' ? { isTruncated: true } : isThere(asked))],
  }),
  row({
    id: 'A17',
    name: 'is answered slowly',
    code: 'SLOW_DNS',
    spec: { slowMs: { dns: 50 } },
    servers: [
      async (asked) => {
        await Bun.sleep(80)
        return isThere(asked)
      },
    ],
  }),
  row({
    id: 'A18',
    name: 'has one silent name server of two',
    code: 'OK',
    maxMs: 2_000,
    servers: [() => 'silence', isThere],
  }),
  row({
    id: 'A18',
    name: 'has one failing name server of two',
    code: 'OK',
    servers: [() => ({ rcode: rcodes.servFail }), isThere],
  }),
  row({
    id: 'A19',
    name: 'is answered with another question',
    code: 'DNS_MALFORMED',
    maxMs: 1_500,
    servers: [(asked) => ({ ...(isThere(asked) as object), lie: 'question' })],
  }),
  row({
    id: 'A19',
    name: 'is answered with another id',
    code: 'DNS_MALFORMED',
    spec: QUICK,
    maxMs: 850,
    servers: [(asked) => ({ ...(isThere(asked) as object), lie: 'id' })],
  }),
  row({
    id: 'A19',
    name: 'is answered with garbage',
    code: 'DNS_MALFORMED',
    maxMs: 1_500,
    servers: [() => ({ bytes: Buffer.alloc(64, 0xff) })],
  }),
  row({
    id: 'A19',
    name: 'is answered with a loop of pointers',
    code: 'DNS_MALFORMED',
    maxMs: 1_500,
    servers: [() => ({ bytes: Buffer.from('000081800001000000000000c00c00010001', 'hex') })],
  }),
]
