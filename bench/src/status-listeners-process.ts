import { machineMs } from './live-watchers.ts'

/**
 * So many who look at one page. Prints `ready` when all of them are connected; answers `report` with how many were told since the
 * last time, and how long after it was said.
 */
const [, , port = '', path = '', count = ''] = process.argv
const WAVE = 200
let latencies: number[] = []
let closed = 0
let open = 0

async function listen(): Promise<void> {
  const connected = Promise.withResolvers<void>()
  let text = ''
  const decoder = new TextDecoder()
  await Bun.connect({
    hostname: '127.0.0.1',
    port: Number(port),
    socket: {
      open(socket) {
        socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n`)
      },
      data(_socket, chunk) {
        text = (text + decoder.decode(chunk, { stream: true })).slice(-200_000)
        if (text.includes('retry:')) connected.resolve()
        const [, toldMs] = /told (\d+(?:\.\d+)?) told/.exec(text) ?? []
        if (toldMs === undefined) return
        latencies.push(machineMs() - Number(toldMs))
        text = ''
      },
      close() {
        closed += 1
      },
      error() {
        closed += 1
      },
    },
  })
  await connected.promise
  open += 1
}

for (let from = 0; from < Number(count); from += WAVE)
  await Promise.all(Array.from({ length: Math.min(WAVE, Number(count) - from) }, listen))
console.log('ready')
for await (const line of console) {
  if (line === 'count') console.log(latencies.length)
  else {
    const sorted = Float64Array.from(latencies).sort()
    latencies = []
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    console.log(JSON.stringify({ open, closed, told: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }))
  }
}
