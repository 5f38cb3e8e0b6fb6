import { startTarget } from '../../testing/target.ts'
import type { OpenRow, OpenTarget } from '../row.ts'
import { leadingTo } from '../tools.ts'

const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

/** A site at one address of loopback, whose name leads to several. */
async function siteAt(host: string, addresses: readonly string[], port = 0): Promise<OpenTarget> {
  const site = await startTarget([EMPTY], { host, port })
  return {
    url: `http://site.example:${site.port}/`,
    deps: { resolve: leadingTo(...addresses) },
    curlArgs: ['--resolve', `site.example:${site.port}:${addresses.join(',')}`],
    openConnections: site.openConnections,
    stop: site.stop,
  }
}

export const addresses: readonly OpenRow[] = [
  {
    id: 'B1',
    name: 'refuses the connection',
    code: 'TCP_REFUSED',
    message: /^TCP: 127\.0\.0\.1:1 refused the connection$/,
    open: async () => ({ url: 'http://127.0.0.1:1/', stop: async () => {} }),
  },
  {
    id: 'B2',
    name: 'drops every packet of a connection',
    code: 'TCP_TIMEOUT',
    message: /did not answer in \d+ ms/,
    spec: { timeoutMs: 300 },
    maxMs: 550,
    open: async ({ silent }) => ({ url: `http://127.0.0.1:${silent.port}/`, stop: async () => {} }),
  },
  {
    id: 'B12',
    name: 'is dead over IPv6 and fine over IPv4',
    code: 'OK',
    message: /IPv6 did not answer, used IPv4/,
    open: () => siteAt('127.0.0.1', ['::1', '127.0.0.1']),
  },
  {
    id: 'B12',
    name: 'is dead over IPv6 where that is asked for',
    code: 'TCP_REFUSED',
    spec: { ipVersion: 'ipv6' },
    open: () => siteAt('127.0.0.1', ['::1', '127.0.0.1']),
  },
  {
    id: 'B14',
    name: 'has four dead addresses before a live one',
    code: 'OK',
    maxMs: 2_000,
    open: () => siteAt('127.0.0.1', ['::1', '127.0.1.2', '127.0.1.3', '127.0.1.4', '127.0.0.1']),
  },
  {
    id: 'B16',
    name: 'answers a connection late',
    code: 'SLOW_CONNECT',
    message: /^TCP: connecting took \d+ ms, more than 100 ms$/,
    spec: { slowMs: { connect: 100 } },
    open: ({ silent }) => siteAt('127.0.0.5', ['127.0.0.1', '127.0.0.5'], silent.port),
  },
  {
    id: 'B19',
    name: 'refuses at each of six addresses',
    code: 'TCP_REFUSED',
    message: /none of 6 addresses connected/,
    open: () =>
      siteAt('127.0.0.9', ['127.0.1.1', '127.0.1.2', '127.0.1.3', '127.0.1.4', '127.0.1.6', '127.0.1.7', '127.0.0.9']),
  },
  {
    id: 'B19',
    name: 'fails differently at each address',
    code: 'TCP_TIMEOUT',
    spec: { timeoutMs: 600 },
    maxMs: 850,
    open: async ({ silent }) => ({
      url: `http://site.example:${silent.port}/`,
      deps: { resolve: leadingTo('127.0.1.1', '127.0.0.1') },
      stop: async () => {},
    }),
  },
  {
    id: 'A13',
    name: 'has a public and a private address',
    leadsOutside: true,
    code: 'BLOCKED_ADDRESS',
    message: /a private address \(10\.0\.0\.5\)/,
    open: () => siteAt('127.0.0.1', ['192.0.78.1', '10.0.0.5']),
  },
  {
    id: 'A15',
    name: 'is sent to nowhere by its resolver',
    leadsOutside: true,
    code: 'BLOCKED_ADDRESS',
    message: /an unspecified address \(0\.0\.0\.0\)/,
    open: () => siteAt('127.0.0.1', ['0.0.0.0']),
  },
]
