import { z } from 'zod'
import { heartbeatSpecSchema } from './specs/heartbeat.ts'
import { httpSpecSchema } from './specs/http.ts'
import { dnsSpecSchema, domainSpecSchema } from './specs/names.ts'
import {
  grpcSpecSchema,
  pingSpecSchema,
  tcpSpecSchema,
  tlsSpecSchema,
  udpSpecSchema,
  websocketSpecSchema,
} from './specs/socket.ts'

/** One member per check type. A new type is its spec in specs/, its probe in `packages/probes`, and a line in each list. */
export const checkSpecSchema = z.discriminatedUnion('kind', [
  httpSpecSchema,
  tcpSpecSchema,
  tlsSpecSchema,
  dnsSpecSchema,
  pingSpecSchema,
  websocketSpecSchema,
  grpcSpecSchema,
  domainSpecSchema,
  udpSpecSchema,
  heartbeatSpecSchema,
])
export type CheckSpec = z.output<typeof checkSpecSchema>
export type CheckKind = CheckSpec['kind']
