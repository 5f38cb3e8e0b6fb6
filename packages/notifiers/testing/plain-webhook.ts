import type { Alert } from '../src/alert.ts'
import type { Attempt, Channel, Delivery } from '../src/channel.ts'

/** A channel for tests of whoever tells people: a request with the alert as it is, to whatever address. */
export const plainWebhook: Channel<{ readonly url: string }> = {
  kind: 'webhook',
  async deliver(alert, { url }, { signal }: Attempt): Promise<Delivery> {
    try {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(alert), signal })
      const answer = await response.text()
      if (response.ok) return { kind: 'accepted', answer }
      const afterMs = Number(response.headers.get('retry-after') ?? '0') * 1_000
      if (response.status < 500 && response.status !== 429)
        return { kind: 'refused', reason: `answered ${response.status}`, answer }
      return { kind: 'retry', reason: `answered ${response.status}`, answer, ...(afterMs > 0 && { afterMs }) }
    } catch (error) {
      return { kind: 'retry', reason: (error as Error).name, answer: '' }
    }
  },
}

export type Answer =
  | { readonly status: number; readonly retryAfterSeconds?: number }
  /** Takes the message and says nothing until it is told to. */
  | { readonly hang: true }

export interface Received {
  readonly path: string
  readonly alert: Alert
  readonly answered: number
}

/** Somebody who is told: what came, and answers by script for each of its paths. */
export interface Receiver extends AsyncDisposable {
  readonly received: readonly Received[]
  urlOf(path: string): string
  answer(path: string, answer: Answer): void
  /** Lets those go that it keeps waiting. */
  release(): void
}

export function startReceiver(): Receiver {
  const received: Received[] = []
  const answers = new Map<string, Answer>()
  let freed = Promise.withResolvers<void>()
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const path = new URL(request.url).pathname.slice(1)
      const alert = (await request.json()) as Alert
      const answer = answers.get(path) ?? { status: 200 }
      if ('hang' in answer) {
        received.push({ path, alert, answered: 0 })
        await freed.promise
        return new Response('late')
      }
      received.push({ path, alert, answered: answer.status })
      const { retryAfterSeconds } = answer
      const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
      return new Response(answer.status < 300 ? 'thanks' : 'no', { status: answer.status, headers })
    },
  })
  return {
    received,
    urlOf: (path) => `http://127.0.0.1:${server.port}/${path}`,
    answer: (path, answer) => void answers.set(path, answer),
    release() {
      freed.resolve()
      freed = Promise.withResolvers<void>()
    },
    async [Symbol.asyncDispose]() {
      freed.resolve()
      await server.stop(true)
    },
  }
}
