import { type CheckSpec, checkSpecSchema } from '@repo/contracts/check-spec'
import { InvalidInput } from '@repo/domain/errors'
import type { ZodError } from 'zod'

/**
 * The check that a target on a command line means. A name alone is a website over https.
 *
 * @throws InvalidInput where nothing can be meant by it.
 */
export function specOf(target: string, timeoutMs: number | undefined): CheckSpec {
  return parsed({ ...meaning(target.trim()), ...(timeoutMs === undefined ? {} : { timeoutMs }) })
}

/** A whole specification as JSON. @throws InvalidInput where it is none. */
export function readSpec(text: string, timeoutMs: number | undefined): CheckSpec {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new InvalidInput(`the specification is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  return parsed(timeoutMs === undefined ? json : { ...(json as object), timeoutMs })
}

function meaning(target: string): Record<string, unknown> {
  const [, scheme = '', rest = ''] = /^([a-z]+):(?:\/\/)?(.*)$/i.exec(target) ?? []
  switch (scheme.toLowerCase()) {
    case 'http':
    case 'https':
      return { kind: 'http', url: target }
    case 'ws':
    case 'wss':
      return { kind: 'websocket', url: target }
    case 'tcp':
    case 'tls':
      return { kind: scheme.toLowerCase(), ...endpoint(rest) }
    case 'grpc':
    case 'grpcs':
      return { kind: 'grpc', security: scheme.toLowerCase() === 'grpcs' ? 'tls' : 'none', ...service(rest) }
    case 'ping':
    case 'icmp':
      return { kind: 'ping', host: bare(rest) }
    case 'dns':
      return { kind: 'dns', ...record(rest) }
    case 'domain':
      return { kind: 'domain', domain: bare(rest) }
    default:
      // `localhost:3000` begins like a URL of the scheme localhost.
      return { kind: 'http', url: target === '' ? '' : `https://${target}` }
  }
}

function endpoint(text: string): Record<string, unknown> {
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(text.replace(/\/$/, '')) ?? []
  return { host: bare(host ?? text), ...(port === undefined ? {} : { port: Number(port) }) }
}

function service(text: string): Record<string, unknown> {
  const slash = text.indexOf('/')
  if (slash === -1) return endpoint(text)
  return { ...endpoint(text.slice(0, slash)), service: text.slice(slash + 1) }
}

function record(text: string): Record<string, unknown> {
  const [name = '', type] = text.split('/')
  return { name, ...(type ? { type: type.toUpperCase() } : {}) }
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}

function parsed(spec: unknown): CheckSpec {
  const result = checkSpecSchema.safeParse(spec)
  if (!result.success) throw new InvalidInput(whatIsWrong(result.error))
  return result.data
}

function whatIsWrong({ issues }: ZodError): string {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ')
}
