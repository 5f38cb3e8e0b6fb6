import { httpSpecSchema } from '@repo/contracts/specs/http'
import { createEgressPolicy } from '@repo/probes/egress'
import { createProbes } from '@repo/probes/registry'
import { systemQuery, systemResolve } from '@repo/probes/resolve'
import type { Canary } from './region-canary.ts'
import type { Probe } from './run-check.ts'

/** That this machine can open a connection to itself and that our own probe sees it: neither out of descriptors nor stuck. */
function createSelfTest(): Canary {
  const answer = 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: (socket) => void socket.end(answer) } })
  const probe = createProbes({ egress: createEgressPolicy({ allowedCidrs: ['127.0.0.0/8'] }), resolve: systemResolve })
  const spec = httpSpecSchema.parse({ kind: 'http', url: `http://127.0.0.1:${server.port}/`, timeoutMs: 2_000 })
  return {
    name: 'self-test',
    isOwn: true,
    answers: async (signal) => (await probe(spec, signal)).verdict === 'up',
  }
}

/**
 * That the region's own name servers answer, whatever they say. One that never did counts for nothing: there are networks
 * without any, where everything is watched by its address.
 */
export function createResolverCanary(ask: () => Promise<boolean> = asksForRoot): Canary {
  let hasAnswered = false
  return {
    name: 'resolvers',
    isOwn: false,
    async answers() {
      const answers = await ask()
      hasAnswered ||= answers
      return answers || !hasAnswered
    },
  }
}

/** Any answer will do, a refusal too; silence will not. */
async function asksForRoot(): Promise<boolean> {
  const reply = await systemQuery({ name: '', type: 'NS' }, { limitMs: 2_000 })
  return reply.kind === 'answer' || (reply.code !== 'DNS_TIMEOUT' && reply.code !== 'PROBE_DNS')
}

/** A website that the operator trusts to be there. What it answers does not matter, only that it does. */
function createTargetCanary(url: string, probe: Probe): Canary {
  const spec = httpSpecSchema.parse({ kind: 'http', url, timeoutMs: 3_000 })
  return {
    name: new URL(url).host,
    isOwn: false,
    answers: async (signal) => (await probe(spec, signal)).status !== null,
  }
}

/** `self`, `resolvers`, and addresses of websites, as the operator names them. */
export function createCanaries(names: readonly string[], probe: Probe): Canary[] {
  return names.map((name) => {
    if (name === 'self') return createSelfTest()
    return name === 'resolvers' ? createResolverCanary() : createTargetCanary(name, probe)
  })
}
