import { join } from 'node:path'
import type { Subprocess } from 'bun'

export interface Role {
  readonly name: string
  readonly script: string
  readonly env: Readonly<Record<string, string>>
}

export interface Roles {
  /** Says in a line where it listens. */
  readonly web: Role
  readonly api: (webOrigin: string) => Role
  readonly workers: readonly Role[]
}

/** A role that ends so soon after its first start will not do better the next time. */
const hopelessMs = 3_000
const restartMs = 1_000
const endWithInput = join(import.meta.dir, 'end-with-input.ts')
const stopMs = 9_000

/**
 * Runs all roles until the signal aborts, and starts again whichever ends before.
 *
 * @throws Error where one cannot start at all; its own words stand above, under its name.
 */
export async function superviseRoles({ web, api, workers }: Roles, signal: AbortSignal): Promise<void> {
  const running = new Set<Subprocess>()
  const failed = Promise.withResolvers<never>()
  const stopping = new AbortController()
  const keep = (role: Role, onLine?: (line: string) => void) =>
    keepRunning({ role, running, onLine }, stopping.signal).catch((error: Error) => failed.reject(error))

  const webPort = Promise.withResolvers<string>()
  const webEnv = { ...web.env }
  keep({ ...web, env: webEnv }, (line) => {
    const [, port] = /^\{.*"port":(\d+)/.exec(line) ?? []
    if (port === undefined) return
    // Started again, it must be where the API looks for it.
    webEnv.PORT = port
    webPort.resolve(port)
  })
  try {
    const port = await Promise.race([webPort.promise, failed.promise, aborted(signal)])
    if (signal.aborted) return
    for (const role of [api(`http://127.0.0.1:${port}`), ...workers]) keep(role)
    await Promise.race([aborted(signal), failed.promise])
  } finally {
    stopping.abort()
    await stopAll(running)
  }
}

interface Kept {
  readonly role: Role
  readonly running: Set<Subprocess>
  readonly onLine: ((line: string) => void) | undefined
}

async function keepRunning({ role, running, onLine }: Kept, signal: AbortSignal): Promise<void> {
  let starts = 0
  while (!signal.aborted) {
    const startedAtMs = performance.now()
    const child = spawnRole(role, onLine)
    running.add(child)
    starts += 1
    const code = await child.exited
    running.delete(child)
    if (signal.aborted) return
    if (starts === 1 && performance.now() - startedAtMs < hopelessMs && child.signalCode === null) {
      throw new Error(`${role.name} does not start (exit code ${code})`)
    }
    print(role.name, `ended (${child.signalCode ?? `exit code ${code}`}), starting again`)
    await Bun.sleep(restartMs)
  }
}

function spawnRole({ name, script, env }: Role, onLine?: (line: string) => void): Subprocess {
  const child = Bun.spawn([process.execPath, '--preload', endWithInput, script], {
    env: { PATH: process.env.PATH ?? '', LOG_LEVEL: process.env.LOG_LEVEL ?? 'info', ...env },
    // Its other end closes when we end, in whatever way, and then the role ends too.
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    // A group of its own: Ctrl-C in a terminal must reach us alone.
    detached: true,
  })
  const show = (line: string) => {
    print(name, line)
    onLine?.(line)
  }
  void eachLine(child.stdout, show)
  void eachLine(child.stderr, show)
  return child
}

async function eachLine(stream: ReadableStream<Uint8Array>, show: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) show(line)
  }
}

async function stopAll(running: ReadonlySet<Subprocess>): Promise<void> {
  const left = [...running]
  for (const child of left) child.kill('SIGTERM')
  const patience = setTimeout(() => left.map((child) => child.kill('SIGKILL')), stopMs)
  await Promise.all(left.map((child) => child.exited))
  clearTimeout(patience)
}

function print(name: string, line: string): void {
  process.stdout.write(`${name.padEnd(14)} ${line}\n`)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
