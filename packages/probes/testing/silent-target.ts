import net, { type Socket } from 'node:net'

export interface SilentTarget {
  readonly port: number
  stop(): Promise<void>
}

const LISTEN_AND_FREEZE = `
const server = require('node:net').createServer()
server.listen({ port: 0, host: process.argv[1], backlog: 1 }, () => {
  require('node:fs').writeSync(1, server.address().port + '\\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30_000)
  process.exit()
})`

/**
 * A port whose queue of connections is full: a connection to it is neither accepted nor refused. It lasts half a minute, so
 * that nothing is left behind where a test run is killed.
 */
export async function startSilentTarget(host = '127.0.0.1'): Promise<SilentTarget> {
  const child = Bun.spawn([process.execPath, '-e', LISTEN_AND_FREEZE, host], { stdout: 'pipe' })
  const port = Number(await firstLine(child.stdout))
  const fillers: Socket[] = []
  while (await connects(fillers, host, port));
  return {
    port,
    stop: async () => {
      for (const filler of fillers) filler.destroy()
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

const SILENT_AFTER_MS = 150

/** True when one more connection was taken into the queue. */
function connects(fillers: Socket[], host: string, port: number): Promise<boolean> {
  return new Promise((settle) => {
    const filler = net.connect({ host, port })
    fillers.push(filler)
    const silence = setTimeout(() => settle(false), SILENT_AFTER_MS)
    filler.on('error', () => {})
    filler.on('connect', () => {
      clearTimeout(silence)
      settle(true)
    })
  })
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += Buffer.from(chunk).toString()
    if (text.includes('\n')) break
  }
  return text.trim()
}
