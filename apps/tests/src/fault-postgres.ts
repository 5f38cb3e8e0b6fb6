import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedPostgres } from '@repo/db/embedded'

/** A PostgreSQL of one's own that may be stopped and killed. Each start has another port: reach it through a proxy. */
export interface OwnPostgres {
  readonly url: string
  readonly port: number
  /** A fast shutdown: transactions are rolled back, connections ended. */
  stop(): Promise<void>
  /** The server dies without a word, and its backends with it. */
  kill(): Promise<void>
  start(): Promise<void>
  remove(): Promise<void>
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'betteruptime-faults-'))
  // Whoever kills the server here kills no machine: what the kernel has taken is not lost.
  const options = { dataDirectory, password: 'fault', onProgress: () => {}, settings: ['fsync=off'] }
  let server = await openEmbeddedPostgres(options)
  // Its input ends when this process does, in whatever way, and the servers with it.
  const cleanUp = 'read _; kill -QUIT "$(head -1 "$0/postgres/postmaster.pid")"; sleep 1; rm -rf "$0"'
  const guard = Bun.spawn(['sh', '-c', cleanUp, dataDirectory], { stdin: 'pipe', stderr: 'ignore' })
  const stop = async () => server[Symbol.asyncDispose]()
  return {
    get url() {
      return server.url
    },
    get port() {
      return Number(new URL(server.url).port)
    },
    stop,
    async kill() {
      process.kill(server.pid, 'SIGKILL')
      await server.exited
      await stop()
    },
    async start() {
      server = await patiently(() => openEmbeddedPostgres(options))
    },
    async remove() {
      await stop()
      guard.kill('SIGKILL')
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}

/** Backends of a server that was killed take a moment to notice, and a new one does not start beside them. */
async function patiently<Value>(attempt: () => Promise<Value>): Promise<Value> {
  const deadline = performance.now() + 15_000
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await Bun.sleep(100)
    }
  }
}
