/**
 * Receives messages, in a process of its own: what is posted to a path that begins with `/hang` is never answered. Prints its port, and
 * answers each line `count` with how many it has answered, and `late` with how long after they were due those since the last time came.
 */
const dueAtMs = new Map<string, number>()
let answered = 0
let lateMs: number[] = []

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  idleTimeout: 0,
  async fetch(request) {
    const { pathname } = new URL(request.url)
    const body = await request.text()
    if (pathname.startsWith('/hang')) return new Promise<Response>(() => {})
    const due = dueAtMs.get(request.headers.get('idempotency-key') ?? '')
    if (due !== undefined) lateMs.push(Date.now() - due)
    answered += body.length > 0 ? 1 : 0
    return new Response('ok')
  },
})
console.log(server.port)

for await (const line of console) {
  const [what, rest = ''] = line.split(' ')
  if (what === 'count') console.log(answered)
  else if (what === 'late') {
    console.log(JSON.stringify(lateMs))
    lateMs = []
  } else if (what === 'due') {
    for (const [key, atMs] of JSON.parse(rest) as [string, number][]) dueAtMs.set(key, atMs)
    console.log('noted')
  }
}

export {}
