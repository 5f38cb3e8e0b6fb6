import { CONCURRENCY } from './concurrent.ts'
import { onFirstProcessor } from './pinned.ts'
import type { Contender } from './run.ts'

/** Node's own client in a process beside this one; undefined on a machine without Node. */
export function startNodeContender(name: string, url: string): (Contender & { stop(): void }) | undefined {
  const node = Bun.which('node')
  if (!node) return undefined
  const command = [node, `${import.meta.dir}/node-client.mjs`, url, String(CONCURRENCY)]
  const child = Bun.spawn(onFirstProcessor(command), { stdin: 'pipe', stdout: 'pipe' })
  const lines = linesOf(child.stdout)
  return {
    name,
    async work(deadlineMs) {
      child.stdin.write(`${Math.round(deadlineMs - performance.now())}\n`)
      await child.stdin.flush()
      return Number((await lines.next()).value)
    },
    stop: () => child.kill(),
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let text = ''
  for await (const chunk of stream) {
    text += Buffer.from(chunk).toString()
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
      yield text.slice(0, end)
      text = text.slice(end + 1)
    }
  }
}
