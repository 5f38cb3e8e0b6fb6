import type { LiveFrame } from '@repo/contracts/live'
import type { CreateMonitor, Monitor } from '@repo/contracts/monitors'
import type { Tick, TickPage } from '@repo/contracts/ticks'

/** A person who uses an instance over its API. */
export interface Client {
  readonly token: string
  call(method: string, path: string, body?: unknown): Promise<Response>
  createMonitor(monitor: CreateMonitor): Promise<Monitor>
  status(
    websiteUrl: string,
  ): Promise<{ status: string; responseTime: number | null; region: string | null; checkedAt: string | null }>
  /** Every stored tick of a monitor, newest first. */
  allTicks(monitorId: string): Promise<Tick[]>
  /** Opens the live socket and collects its frames. */
  watch(): Promise<{ frames: LiveFrame[]; close(): void }>
}

/** Signs up a new person and signs them in. */
export async function newClient(url: string): Promise<Client> {
  const credentials = { username: `person-${crypto.randomUUID()}`, password: 'correct horse battery' }
  await send(url, { method: 'POST', path: '/users/signup', body: credentials })
  const answer = await send(url, { method: 'POST', path: '/users/signin', body: credentials })
  const { token } = (await answer.json()) as { token: string }
  return clientOf(url, token)
}

/** Somebody who is signed in already. */
export function clientOf(url: string, token: string): Client {
  const call: Client['call'] = (method, path, body) => send(url, { method, path, body, token })
  return {
    token,
    call,
    createMonitor: async (monitor) => (await call('POST', '/api/v1/monitors', monitor)).json() as Promise<Monitor>,
    status: async (websiteUrl) =>
      (await call('GET', `/users/status/${encodeURIComponent(websiteUrl)}`)).json() as never,
    async allTicks(monitorId) {
      const ticks: Tick[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: TickPage = (await (
          await call('GET', `/api/v1/monitors/${monitorId}/ticks?limit=200${cursor && `&cursor=${cursor}`}`)
        ).json()) as TickPage
        ticks.push(...page.items)
        cursor = page.nextCursor
      }
      return ticks
    },
    watch: () => openLive(url, token),
  }
}

interface Request {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly token?: string
}

export function send(url: string, { method, path, body, token }: Request): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

function openLive(url: string, token: string): Promise<{ frames: LiveFrame[]; close(): void }> {
  const frames: LiveFrame[] = []
  // Bun's socket takes headers, which the standard one does not know.
  const options = { headers: { authorization: `Bearer ${token}` } } as unknown as string[]
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live`, options)
  return new Promise((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('the live socket was refused')))
    socket.addEventListener('message', ({ data }) => {
      frames.push(JSON.parse(String(data)) as LiveFrame)
      resolve({ frames, close: () => socket.close() })
    })
  })
}
