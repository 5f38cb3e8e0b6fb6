export interface HttpTarget {
  readonly url: string
  readonly port: number
  /** When each request came in, epoch milliseconds. */
  readonly requests: readonly number[]
  setStatus(status: number): void
  setDelayMs(delayMs: number): void
  /** From now on connections to the port are refused, until it answers again. */
  refuse(): Promise<void>
  answer(): Promise<void>
  stop(): Promise<void>
}

export interface HttpTargetOptions {
  readonly status?: number
  readonly body?: string
  readonly delayMs?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** A small website on the loopback interface, on a port that stays the same while it goes down and comes up again. */
export async function startHttpTarget({
  status = 200,
  body = 'ok',
  delayMs = 0,
  headers = {},
}: HttpTargetOptions = {}): Promise<HttpTarget> {
  const requests: number[] = []
  let current = { status, delayMs }
  const listen = (port: number) =>
    Bun.serve({
      hostname: '127.0.0.1',
      port,
      fetch: async () => {
        requests.push(Date.now())
        const { status, delayMs } = current
        if (delayMs > 0) await Bun.sleep(delayMs)
        return new Response(body, { status, headers })
      },
    })

  let server: ReturnType<typeof listen> | null = listen(0)
  const port = server.port ?? 0
  const refuse = async () => {
    await server?.stop(true)
    server = null
  }
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    requests,
    setStatus: (next) => {
      current = { ...current, status: next }
    },
    setDelayMs: (next) => {
      current = { ...current, delayMs: next }
    },
    refuse,
    answer: async () => {
      server ??= listen(port)
    },
    stop: refuse,
  }
}
