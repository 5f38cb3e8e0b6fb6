import type { Answer } from 'dns-packet'
import { createResolver, type ResolveOptions } from '../src/dns/resolve.ts'
import { readSystemNames } from '../src/dns/system-files.ts'
import {
  type Asked,
  type DnsAnswer,
  type DnsScript,
  type DnsServerDouble,
  startDnsServer,
} from '../testing/dns-server.ts'

const servers: DnsServerDouble[] = []

export async function stopServers(): Promise<void> {
  for (const server of servers.splice(0)) await server.stop()
}

export async function server(script: DnsScript, options = {}): Promise<DnsServerDouble> {
  const started = await startDnsServer(script, options)
  servers.push(started)
  return started
}

export const a = (name: string, data: string, ttl = 60): Answer => ({ type: 'A', name, ttl, data })
export const aaaa = (name: string, data: string, ttl = 60): Answer => ({ type: 'AAAA', name, ttl, data })
export const alias = (name: string, data: string): Answer => ({ type: 'CNAME', name, ttl: 60, data })
export const soa = (minimum: number): Answer => ({
  type: 'SOA',
  name: 'example',
  ttl: 300,
  data: { mname: 'ns.example', rname: 'admin.example', serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
})
/** Has addresses of the first family alone. */
export const withV4 =
  (address = '192.0.2.1', ttl = 60) =>
  ({ name, type }: Asked): DnsAnswer =>
    type === 'A' ? { answers: [a(name, address, ttl)] } : {}

export const NO_FILES = readSystemNames('/no/such/hosts', '/no/such/resolv.conf')
export const look = (asked: readonly DnsServerDouble[], host = 'shop.example', options: Partial<ResolveOptions> = {}) =>
  createResolver({ servers: asked.map(({ address }) => address), names: NO_FILES })(host, {
    limitMs: 1_000,
    ...options,
  })
