import { literalAddress } from '../egress/egress.ts'

export interface DnsServer {
  readonly address: string
  readonly port: number
}

const DNS_PORT = 53

/** `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353`. Undefined for anything else: a name would need a resolver. */
export function parseDnsServer(text: string): DnsServer | undefined {
  const bare = literalAddress(text)
  if (bare) return { address: bare, port: DNS_PORT }
  const [, host = '', digits = ''] = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text) ?? []
  const address = literalAddress(host)
  const port = Number(digits)
  return address && port > 0 && port < 65_536 ? { address, port } : undefined
}
