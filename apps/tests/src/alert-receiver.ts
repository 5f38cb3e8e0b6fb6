/** What the provider of a channel does with a message. */
export type ReceiverAnswer =
  | { readonly kind: 'accept' }
  | { readonly kind: 'refuse'; readonly status: number; readonly retryAfterSeconds?: number }
  /** Takes it and says nothing, until it is to answer otherwise; then it says that it could not. */
  | { readonly kind: 'hang' }

/** One message, as it came. */
export interface HeardMessage {
  readonly channel: string
  readonly event: string
  /** The name of the monitor; null where it is about many. */
  readonly about: string | null
  /** Of the outage. */
  readonly dedupKey: string
  /** Of the message, in every attempt. */
  readonly deliveryKey: string
  readonly atMs: number
  readonly isAccepted: boolean
}

/** The provider of all channels of a test: the ledger of what people really heard. */
export interface AlertReceiver {
  /** In the order in which they came. */
  readonly heard: readonly HeardMessage[]
  urlOf(channel: string): string
  answer(channel: string, answer: ReceiverAnswer): void
  stop(): Promise<void>
}

export function startAlertReceiver(): AlertReceiver {
  const heard: HeardMessage[] = []
  const answers = new Map<string, ReceiverAnswer>()
  let changed = Promise.withResolvers<void>()
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request: Request) {
      const atMs = Date.now()
      const channel = new URL(request.url).pathname.slice(1)
      const { event, about, dedupKey, deliveryKey } = (await request.json()) as MessageBody
      const answer = answers.get(channel) ?? { kind: 'accept' }
      const isAccepted = answer.kind === 'accept'
      heard.push({ channel, event, about: about?.name ?? null, dedupKey, deliveryKey, atMs, isAccepted })
      if (isAccepted) return new Response('thanks')
      if (answer.kind === 'refuse') return refusal(answer)
      await changed.promise
      return refusal({ status: 503 })
    },
  })
  return {
    heard,
    urlOf: (channel) => `http://127.0.0.1:${server.port}/${channel}`,
    answer(channel, answer) {
      answers.set(channel, answer)
      changed.resolve()
      changed = Promise.withResolvers()
    },
    stop: () => server.stop(true),
  }
}

/** What this project's webhooks hold, as far as it is looked at. */
interface MessageBody {
  readonly event: string
  readonly about: { readonly name: string } | null
  readonly dedupKey: string
  readonly deliveryKey: string
}

function refusal({ status, retryAfterSeconds }: { status: number; retryAfterSeconds?: number }): Response {
  const headers: Record<string, string> = retryAfterSeconds ? { 'Retry-After': String(retryAfterSeconds) } : {}
  return new Response('not now', { status, headers })
}
