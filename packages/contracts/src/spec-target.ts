import { unreachable } from '@repo/domain/unreachable'
import type { ShownSpec } from './spec-secrets.ts'

/** What a spec is about, as people would name it: a URL, `db.example:5432`, `example.com MX`. */
export function targetOf(spec: ShownSpec): string {
  switch (spec.kind) {
    case 'http':
    case 'websocket':
      return spec.url
    case 'tcp':
    case 'tls':
    case 'grpc':
    case 'udp':
      return spec.host.includes(':') ? `[${spec.host}]:${spec.port}` : `${spec.host}:${spec.port}`
    case 'ping':
      return spec.host
    case 'dns':
      return `${spec.name} ${spec.type}`
    case 'domain':
      return spec.domain
    case 'heartbeat':
      return scheduleText(spec)
    default:
      return unreachable(spec)
  }
}

function scheduleText({ schedule }: Extract<ShownSpec, { kind: 'heartbeat' }>): string {
  return schedule.kind === 'period' ? `every ${schedule.seconds} s` : `${schedule.expression} ${schedule.timeZone}`
}
