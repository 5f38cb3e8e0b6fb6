import { aborted, type Service } from '@repo/service/lifecycle'
import type { Operator } from '@repo/service/operator-server'
import { type Answers, createAnswers } from './answers.ts'
import { createStatusApp } from './app.ts'
import { createEventHub } from './event-hub.ts'
import { prefix } from './found-page.ts'
import { addStatusMetrics } from './metrics.ts'
import { renderPage, renderParts } from './render/page.tsx'
import type { StatusDeps } from './services.ts'
import { viewOf } from './view.ts'

export interface StatusServerDeps extends StatusDeps {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly operator?: Pick<Operator, 'metrics'> | undefined
  readonly onListening?: (url: string) => void
}

/**
 * The service rejects at once, in one line, where the port is taken or the address cannot be used.
 */
export function createStatusServer({ host, port, operator, onListening, ...deps }: StatusServerDeps): Service {
  const answers = createAnswers(deps)
  const hub = createEventHub({
    store: deps.store,
    isStale: answers.isStale,
    partsOf: (kept, base) => renderParts(viewOf(answers.sceneOf({ kept, base, origin: '' }))),
  })
  const answer = createStatusApp({ ...deps, answers, hub })
  if (operator) addStatusMetrics(operator.metrics, { ...deps, hub })
  let wasStale = false
  return async function statusServer(signal) {
    drawAhead(deps, (found) => answers.sceneOf(found))
    const server = listen({ host, port }, (request, server) =>
      answer(request, () => server.requestIP(request)?.address),
    )
    onListening?.(`http://${host.includes(':') ? `[${host}]` : host}:${server.port}`)
    const beating = setInterval(hub.beat, BEAT_MS)
    const watching = setInterval(tellWhetherStale, STALE_EVERY_MS)
    await aborted(signal)
    clearInterval(beating)
    clearInterval(watching)
    hub.closeAll()
    await server.stop(true)
  }

  function tellWhetherStale(): void {
    const isStale = answers.isStale()
    if (isStale !== wasStale) hub.tellStale(isStale)
    wasStale = isStale
  }
}

/** The first pages of a process take ten times as long, for what draws them is compiled by them. So nobody waits for those. */
function drawAhead({ store, clock }: StatusDeps, sceneOf: Answers['sceneOf']): void {
  const untilMs = clock.nowMs() + AHEAD_MS
  for (const kept of store.all()) {
    if (clock.nowMs() >= untilMs) return
    renderPage(viewOf(sceneOf({ kept, base: `${prefix}${kept.snapshot.page.slug}`, origin: '' })))
  }
}

/** Enough for some hundred pages of fifty components. */
const AHEAD_MS = 300

/** Less than whoever stands between waits for a sign of life. */
const BEAT_MS = 15_000
const STALE_EVERY_MS = 1_000

/** As much as the preview of the largest page has: 500 components with their 90 days. */
const BODY_BYTES = 2_097_152
const settings = { idleTimeout: 0, reusePort: false, development: false } as const

type Answer = (request: Request, server: Bun.Server<undefined>) => Response | Promise<Response>

function listen({ host, port }: { host: string; port: number }, fetch: Answer): Bun.Server<undefined> {
  try {
    // Streams of events are quiet for long.
    return Bun.serve({ hostname: host, port, fetch, maxRequestBodySize: BODY_BYTES, ...settings })
  } catch (cause) {
    const isTaken = (cause as { code?: string }).code === 'EADDRINUSE'
    const why = isTaken ? 'it is in use: stop what listens there, or choose another' : (cause as Error).message
    throw new Error(`cannot listen on ${host}:${port}: ${why}`, { cause })
  }
}
