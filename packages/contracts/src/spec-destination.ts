import { hostOf } from './spec-host.ts'
import type { ShownSpec } from './spec-secrets.ts'
import { targetOf } from './spec-target.ts'

/**
 * Where the secrets of a spec go, and who may read them on the way. A secret that nobody can see any more must not be sent
 * elsewhere by whoever may change the monitor: to another host, through another proxy, to whom other name servers point, or
 * to a stranger whose certificate is not looked at.
 */
export function destinationOf(spec: ShownSpec): string {
  const { nameServers, proxy, tls, security, startTls, protocol } = spec as Wishes
  return JSON.stringify([
    spec.kind,
    'url' in spec ? new URL(spec.url).origin : (hostOf(spec) ?? targetOf(spec)),
    'port' in spec ? spec.port : null,
    nameServers ?? null,
    proxy ? [proxy.host, proxy.port] : null,
    [tls?.verify ?? true, tls?.serverName ?? null, tls?.ca ?? null],
    [security ?? null, startTls ?? null, protocol ?? null],
  ])
}

/** What some of the check types have. */
interface Wishes {
  readonly nameServers?: readonly string[]
  readonly proxy?: { readonly host: string; readonly port: number }
  readonly tls?: { readonly verify?: boolean; readonly serverName?: string; readonly ca?: string }
  readonly security?: string
  readonly startTls?: string
  readonly protocol?: string
}
