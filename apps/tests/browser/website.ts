/** A website on the loopback interface that can fail and recover at will. */
export interface Website extends AsyncDisposable {
  readonly url: string
  goDown(): void
  comeUp(): void
}

export function openWebsite({ delayMs = () => 0 }: { delayMs?: () => number } = {}): Website {
  let isUp = true
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch() {
      await Bun.sleep(delayMs())
      return isUp ? new Response('hello\n') : new Response('out of order\n', { status: 503 })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/`,
    goDown() {
      isUp = false
    },
    comeUp() {
      isUp = true
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}
