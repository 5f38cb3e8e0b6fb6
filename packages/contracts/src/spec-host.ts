import { unreachable } from '@repo/domain/unreachable'
import type { ShownSpec } from './spec-secrets.ts'

/** The host of an address that was found to be one: a parser of whole addresses takes ten times as long, on every check. */
const HOST = /^[a-z]+:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i

/** The host that a check of this spec burdens, or null where it is nobody's in particular (a name server, a registry, nobody). */
export function hostOf(spec: ShownSpec): string | null {
  switch (spec.kind) {
    case 'http':
    case 'websocket':
      return HOST.exec(spec.url)?.[1]?.toLowerCase() ?? null
    case 'tcp':
    case 'tls':
    case 'grpc':
    case 'udp':
    case 'ping':
      return spec.host
    case 'dns':
    case 'domain':
    case 'heartbeat':
      return null
    default:
      return unreachable(spec)
  }
}
