import type { ChannelJson } from '@repo/contracts/alert-channels'
import type { Page } from 'playwright-core'

/** Calls the API with the session of the page. */
export async function callApi<Answer>(page: Page, method: string, path: string, data?: unknown): Promise<Answer> {
  const headers = { origin: new URL(page.url()).origin }
  const answer = await page.request.fetch(`/api/v1${path}`, { method, headers, ...(data !== undefined && { data }) })
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
  return (answer.status() === 204 ? undefined : await answer.json()) as Answer
}

/** Where messages of webhooks go. */
export interface Room extends AsyncDisposable {
  readonly url: string
  readonly heard: readonly { readonly headers: Headers; readonly event: string }[]
  /** From here on. */
  answer(status: number, text: string): void
}

export function openRoom(): Room {
  const heard: { headers: Headers; event: string }[] = []
  let next = { status: 200, text: 'thanks' }
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request: Request) {
      const { event } = (await request.json()) as { event: string }
      heard.push({ headers: request.headers, event })
      return new Response(next.text, { status: next.status })
    },
  })
  return {
    heard,
    url: `http://127.0.0.1:${server.port}/`,
    answer(status, text) {
      next = { status, text }
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}

/** Sets up a webhook of the workspace, or of somebody. */
export function addRoom(page: Page, room: { name: string; url: string; userId?: string }): Promise<ChannelJson> {
  const { name, url, userId = null } = room
  return callApi(page, 'POST', '/channels', { name, kind: 'webhook', userId, settings: { url } })
}

export async function myId(page: Page): Promise<string> {
  return (await callApi<{ user: { id: string } }>(page, 'GET', '/session')).user.id
}
