/** The least that could do it: posts one body over and over, by as many requests at once as it is told, and prints how many were taken. */
const [, , url = '', atOnce = '64', milliseconds = '1000', bytes = '1000'] = process.argv
const body = 'x'.repeat(Number(bytes))
const beganAtMs = performance.now()
const cpuBefore = process.cpuUsage()
const endsAtMs = beganAtMs + Number(milliseconds)
let count = 0
await Promise.all(
  Array.from({ length: Number(atOnce) }, async () => {
    while (performance.now() < endsAtMs) {
      const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
      await answer.text()
      count += 1
    }
  }),
)
const cpu = process.cpuUsage(cpuBefore)
console.log(JSON.stringify({ count, elapsedMs: performance.now() - beganAtMs, cpuMicros: cpu.user + cpu.system }))

export {}
