/** What a target really is, whatever anybody may think of it. */
export type TruthKind = 'healthy' | 'down' | 'flapping' | 'slow'
export type Truth = 'healthy' | 'down'

export interface FarmRequest {
  readonly target: number
  readonly atMs: number
}

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export interface TargetFarm {
  readonly port: number
  urlOf(target: number): string
  /** Always there, of no monitor, and not in the log. */
  readonly canaryUrl: string
  /** Every request that reached it, in the order of their arrival. */
  readonly requests: readonly FarmRequest[]
  /** When it stood still because the machine was busy: then its targets really did not answer. */
  readonly stalls: readonly Span[]
  stop(): Promise<void>
}

export interface TargetFarmOptions {
  /** The nature of each target, by its number. */
  readonly kinds: readonly TruthKind[]
  /** How long a flapping target stays what it is. */
  readonly flipMs: number
  readonly slowMs?: number
  readonly body?: string
}

const lookEveryMs = 25
/** What it is late by in the usual order of things is no standstill. */
const stallMs = 200

/** Many websites on one port, each with a scripted truth, and a log of all that reached them. */
export function startTargetFarm({ kinds, flipMs, slowMs = 300, body = 'ok' }: TargetFarmOptions): TargetFarm {
  const requests: FarmRequest[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch({ url }) {
      const { pathname } = new URL(url)
      if (pathname === '/canary') return new Response('here')
      const target = Number(pathname.slice(1))
      const atMs = Date.now()
      requests.push({ target, atMs })
      const kind = kinds[target] ?? 'healthy'
      if (kind === 'slow') await Bun.sleep(slowMs)
      return truthAt(kind, atMs, flipMs) === 'down' ? new Response('broken', { status: 500 }) : new Response(body)
    },
  })
  const stalls: Span[] = []
  let lookedAtMs = Date.now()
  const looking = setInterval(() => {
    const nowMs = Date.now()
    if (nowMs - lookedAtMs > stallMs) stalls.push({ fromMs: lookedAtMs, toMs: nowMs })
    lookedAtMs = nowMs
  }, lookEveryMs)
  const port = Number(server.port)
  const origin = `http://127.0.0.1:${port}`
  return {
    port,
    urlOf: (target) => `${origin}/${target}`,
    canaryUrl: `${origin}/canary`,
    requests,
    stalls,
    async stop() {
      clearInterval(looking)
      await server.stop(true)
    },
  }
}

export function truthAt(kind: TruthKind, atMs: number, flipMs: number): Truth {
  if (kind === 'flapping') return Math.floor(atMs / flipMs) % 2 === 0 ? 'healthy' : 'down'
  return kind === 'down' ? 'down' : 'healthy'
}

/** What it was throughout, or undefined where it changed in that time and either answer was right. */
export function truthDuring(kind: TruthKind, span: Span, flipMs: number): Truth | undefined {
  const before = truthAt(kind, span.fromMs, flipMs)
  if (kind !== 'flapping') return before
  return Math.floor(span.fromMs / flipMs) === Math.floor(span.toMs / flipMs) ? before : undefined
}
