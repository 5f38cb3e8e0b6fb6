import type { CheckSpec } from '@repo/contracts/check-spec'
import { httpSpecSchema } from '@repo/contracts/specs/http'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { createEgressPolicy } from '@repo/probes/egress'
import { createProbes } from '@repo/probes/registry'
import { systemResolve } from '@repo/probes/resolve'
import type { Probe } from './run-check.ts'

/** Targets that this process serves to itself, on the loopback interface, of which it is known what has to be said of them. */
export interface OwnTargets {
  /** The one that works. */
  readonly good: CheckSpec
  /** As checks are carried out, with the same engine and guard, which lets these through and nothing else. */
  readonly probe: Probe
  /** The names of those that are judged wrongly. One that cannot be looked at is not. */
  misjudged(signal: AbortSignal): Promise<string[]>
  stop(): void
}

const timeoutMs = 3_000
const host = '127.0.0.1'

const answers: Readonly<Record<string, string>> = {
  '/good': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
  '/unwell': 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  '/truncated': 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nhalf of',
}

/** `makeProbe` is what makes the probe of all checks. */
export function openOwnTargets(makeProbe: typeof createProbes = createProbes): OwnTargets {
  const server = Bun.listen({
    hostname: host,
    port: 0,
    socket: {
      data: (socket, bytes) => void socket.end(answers[bytes.toString('latin1').split(' ')[1] ?? ''] ?? ''),
    },
  })
  server.unref()
  const probe = makeProbe({ egress: createEgressPolicy({ allowedCidrs: [`${host}/32`] }), resolve: systemResolve })
  const specOf = (port: number, path: string) =>
    httpSpecSchema.parse({ kind: 'http', url: `http://${host}:${port}${path}`, timeoutMs })
  const good = specOf(server.port, '/good')
  const known: readonly Known[] = [
    { name: 'good', expected: 'up', spec: () => good },
    { name: 'unwell', expected: 'down', spec: () => specOf(server.port, '/unwell') },
    { name: 'refusing', expected: 'down', spec: () => specOf(portThatRefuses(), '/') },
    { name: 'truncated', expected: 'down', spec: () => specOf(server.port, '/truncated') },
  ]

  return {
    good,
    probe,
    async misjudged(signal) {
      const verdicts = await Promise.all(known.map(async ({ spec }) => (await probe(spec(), signal)).verdict))
      return known
        .filter(({ expected }, index) => verdicts[index] !== expected && verdicts[index] !== 'unknown')
        .map(({ name }) => name)
    },
    stop: () => server.stop(true),
  }
}

interface Known {
  readonly name: string
  readonly expected: OutcomeVerdict
  readonly spec: () => CheckSpec
}

/** It was ours a moment ago: nobody is given it again so soon. */
function portThatRefuses(): number {
  const server = Bun.listen({ hostname: host, port: 0, socket: { data() {} } })
  const { port } = server
  server.stop(true)
  return port
}
