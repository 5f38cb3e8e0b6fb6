import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Service } from '@repo/service/lifecycle'

export interface WebProcess extends AsyncDisposable {
  readonly origin: string
  /** Settles when the process has ended, whether asked to or not. */
  readonly exited: Promise<void>
}

const webDirectory = join(import.meta.dir, '..', '..', 'web')

/** Starts the dashboard's process on a free port of the loopback address. It ends with us: its standard input closes. */
export async function openWebProcess(): Promise<WebProcess> {
  if (!existsSync(join(webDirectory, 'dist'))) {
    throw new Error('the dashboard is not built: run `npm start`, or `bun run build` in apps/web')
  }
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: webDirectory,
    env: { PATH: '/usr/bin:/bin', NODE_ENV: 'production', PORT: '0' },
    stdio: ['pipe', 'pipe', 'inherit'],
    // A group of its own: Ctrl-C in a terminal must reach us alone, so that we stop everything in order.
    detached: true,
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const port = await Promise.race([listeningPort(child), exited.then(() => undefined)])
  if (port === undefined) throw new Error('the dashboard process does not start')
  return { origin: `http://127.0.0.1:${port}`, exited, [Symbol.asyncDispose]: () => stop(child, exited) }
}

/** The process says where it listens in its first line. */
function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.stdout?.setEncoding('utf8').once('data', (line: string) => resolve(Number(JSON.parse(line).port)))
  })
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 1_500)
  await exited
  clearTimeout(patience)
}

/** A service that fails when something that it depends on ends before we do. */
export function endsWithUs(exited: Promise<void>, complaint: string): Service {
  return (signal) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => resolve(), { once: true })
      exited.then(() => (signal.aborted ? resolve() : reject(new Error(complaint))))
    })
}
