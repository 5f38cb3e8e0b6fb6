import { aborted, type Service } from './lifecycle.ts'
import type { Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createReadiness, type Readiness } from './readiness.ts'

/** What a process shows to those who operate it. */
export interface Operator {
  readonly metrics: Metrics
  readonly readiness: Readiness
}

export function createOperator(): Operator {
  return { metrics: createMetrics(), readiness: createReadiness() }
}

export interface OperatorServerDeps {
  readonly operator: Operator
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly log: Log
  readonly onListening?: (url: string) => void
}

/**
 * `/metrics` for Prometheus, `/healthz` (the process runs), `/readyz` (it does its work). On a port of its own, for what it
 * says is not for the public.
 *
 * The service rejects at once where the port cannot be used.
 */
export function createOperatorServer({ operator, host, port, log, onListening }: OperatorServerDeps): Service {
  return async function operatorServer(signal) {
    const server = Bun.serve({
      hostname: host,
      port,
      reusePort: false,
      development: false,
      fetch: (request) => answer(new URL(request.url).pathname),
    })
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`
    log.info({ operatorUrl: url }, 'metrics and health')
    onListening?.(url)
    await aborted(signal)
    await server.stop(true)
  }

  async function answer(path: string): Promise<Response> {
    if (path === '/healthz') return Response.json({ status: 'alive' })
    if (path === '/readyz') return readyz()
    if (path === '/metrics') {
      return new Response(await operator.metrics.metrics(), {
        headers: { 'content-type': operator.metrics.contentType },
      })
    }
    return new Response('there is /metrics, /healthz and /readyz\n', { status: 404 })
  }

  async function readyz(): Promise<Response> {
    const problems = await operator.readiness.problems()
    const isReady = Object.keys(problems).length === 0
    return Response.json({ status: isReady ? 'ready' : 'not ready', problems }, { status: isReady ? 200 : 503 })
  }
}
