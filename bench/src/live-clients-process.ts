import { toldAtMs } from './live-event.ts'
import { machineMs } from './live-watchers.ts'

/** So many clients of a live socket. Prints `ready`; answers each line with what came since the line before. */
const [, , port = '', count = ''] = process.argv
const WAVE = 100
let latencies: number[] = []
let closed = 0

function openOne(number: number): Promise<void> {
  const headers = { authorization: `${number}` }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/live`, { headers } as unknown as string[])
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error(`client ${number} was refused`))
    socket.onclose = () => {
      closed += 1
    }
    socket.onmessage = ({ data }) => {
      const toldMs = toldAtMs(String(data))
      if (toldMs === undefined) return resolve()
      latencies.push(machineMs() - toldMs)
    }
  })
}

for (let from = 0; from < Number(count); from += WAVE) {
  const wave = Array.from({ length: Math.min(WAVE, Number(count) - from) }, (_, index) => from + index)
  await Promise.all(wave.map(openOne))
}
console.log('ready')
for await (const line of console) {
  if (line === 'count') console.log(latencies.length)
  else {
    const sorted = Float64Array.from(latencies).sort()
    latencies = []
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    console.log(
      JSON.stringify({
        delivered: sorted.length,
        closed,
        p50Ms: at(0.5),
        p95Ms: at(0.95),
        p99Ms: at(0.99),
        maxMs: at(1),
      }),
    )
  }
}
