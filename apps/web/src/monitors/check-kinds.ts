import type { Monitor } from '@repo/contracts/monitors'

type Kind = Monitor['spec']['kind']

/** Of the filter, what a monitor is by its way of looking; written out, for the schemas are too much for a browser. */
const known: Record<Kind, true> = {
  http: true,
  tcp: true,
  tls: true,
  dns: true,
  ping: true,
  websocket: true,
  grpc: true,
  domain: true,
  udp: true,
  heartbeat: true,
}

export const checkKinds = Object.keys(known) as readonly Kind[]
