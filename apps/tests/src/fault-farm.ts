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
  /** Every request that reached it, in the order of their arrival; it takes a moment to be noted. */
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

/**
 * Many websites on one port, each with a scripted truth, and a log of all that reached them. They have a thread of their own:
 * what else the harness does keeps none of them from answering.
 */
export async function startTargetFarm(options: TargetFarmOptions): Promise<TargetFarm> {
  const requests: FarmRequest[] = []
  const stalls: Span[] = []
  const worker = new Worker(new URL('./fault-farm-worker.ts', import.meta.url).href)
  const port = await new Promise<number>((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message))
    worker.onmessage = ({ data }: MessageEvent<FarmNews>) => {
      if (data.port !== undefined) resolve(data.port)
      for (const request of data.requests) requests.push(request)
      stalls.push(...data.stalls)
    }
    worker.postMessage(options)
  })
  const origin = `http://127.0.0.1:${port}`
  return {
    port,
    urlOf: (target) => `${origin}/${target}`,
    canaryUrl: `${origin}/canary`,
    requests,
    stalls,
    stop: async () => worker.terminate(),
  }
}

/** What the thread of a farm tells: all that happened since it did so before. */
export interface FarmNews {
  /** With the first news only. */
  readonly port?: number
  readonly requests: readonly FarmRequest[]
  readonly stalls: readonly Span[]
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
