import type { ShownSpec } from '@repo/contracts/spec-secrets'
import { unreachable } from '@repo/domain/unreachable'
import type { EgressPolicy, EgressRefusal, EgressTarget } from '@repo/probes/egress'
import { parseDnsServer } from '@repo/probes/server-address'
import type { ApiDeps } from './deps.ts'
import { AppError, type FieldError } from './problems.ts'
import { wrongPatterns } from './spec-patterns.ts'

/** An address that a spec names, and what the policy of egress says of it. */
interface GivenTarget {
  /** Where in the spec it stands: `proxy.host`. */
  readonly field: string
  judge(egress: EgressPolicy): Pick<EgressRefusal, 'reason'> | undefined
}

/** Every address that somebody gives with a spec: each is one that probes connect to. */
export function targetsOf(spec: ShownSpec): GivenTarget[] {
  switch (spec.kind) {
    case 'http': {
      const url = new URL(spec.url)
      const proxy = spec.proxy ? [hostTarget('proxy.host', { protocol: 'proxy:', ...spec.proxy })] : []
      return [{ field: 'url', judge: (egress) => egress.judgeUrl(url) }, ...proxy, ...resolverTargets(spec)]
    }
    case 'websocket': {
      const url = new URL(spec.url)
      return [{ field: 'url', judge: (egress) => egress.judgeTarget(url) }, ...resolverTargets(spec)]
    }
    case 'tcp':
    case 'tls':
    case 'grpc':
    case 'udp':
      return [hostTarget('host', { ...spec, protocol: `${spec.kind}:` }), ...resolverTargets(spec)]
    case 'ping':
      return [hostTarget('host', { protocol: 'icmp:', host: spec.host }), ...resolverTargets(spec)]
    case 'dns':
      return resolverTargets(spec)
    case 'domain':
    case 'heartbeat':
      return []
    default:
      return unreachable(spec)
  }
}

function hostTarget(
  field: string,
  { protocol, host, port }: { protocol: string; host: string; port?: number },
): GivenTarget {
  // As whoever reads addresses loosely would read it: `127.1` is a name to a strict reader, and leads to this machine.
  const hostname = URL.parse(`http://${host.includes(':') ? `[${host}]` : host}/`)?.hostname
  const target: EgressTarget = { protocol, hostname: hostname ?? '', port: port === undefined ? '' : String(port) }
  const noHost = { reason: 'what is neither a name nor an address' }
  return { field, judge: (egress) => (hostname ? egress.judgeTarget(target) : noHost) }
}

function resolverTargets({ nameServers = [] }: { nameServers?: readonly string[] | undefined }): GivenTarget[] {
  return nameServers.map((text, index) => ({
    field: `nameServers.${index}`,
    judge(egress) {
      const server = parseDnsServer(text)
      if (!server) return { reason: 'what is not the address of a resolver' }
      return egress.judgeTarget({ protocol: 'dns:', hostname: server.address, port: String(server.port) })
    },
  }))
}

/** What speaks against the addresses of a spec, as far as they tell it themselves; what names lead to is judged with each check. */
export function forbiddenTargets(egress: EgressPolicy, spec: ShownSpec): FieldError[] {
  return targetsOf(spec).flatMap(({ field, judge }) => {
    const refused = judge(egress)
    return refused ? [{ field, message: `leads to ${refused.reason}`, code: 'forbidden_address' as const }] : []
  })
}

/**
 * Refuses what no check may do, or could. `path` is where the spec stands.
 *
 * @throws AppError `invalid_body` naming each address that checks may not go to, and each pattern that is none.
 */
export function refuseForbidden({ egress }: Pick<ApiDeps, 'egress'>, spec: ShownSpec, path = 'spec'): void {
  const errors = [...forbiddenTargets(egress, spec), ...wrongPatterns(spec)].map(({ field, ...error }) => ({
    field: path === '' ? field : `${path}.${field}`,
    ...error,
  }))
  const [first] = errors
  if (first) throw new AppError('invalid_body', `${first.field}: ${first.message}`, { errors })
}
