import type { Monitor } from '@repo/contracts/monitors'
import { msg, spoken } from '@repo/ui/words'

type Kind = Monitor['spec']['kind']

/** What a monitor is by its way of looking, in a word; written out, for the schemas are too much for a browser. */
export const kindWords = spoken<Kind>({
  http: msg('Website'),
  tcp: msg('TCP port'),
  tls: msg('Certificate'),
  dns: msg('DNS records'),
  ping: msg('Ping'),
  websocket: msg('WebSocket'),
  grpc: msg('gRPC service'),
  domain: msg('Domain'),
  udp: msg('UDP port'),
  heartbeat: msg('Heartbeat'),
})

/** Of the filter. */
export const checkKinds = Object.keys(kindWords) as readonly Kind[]
