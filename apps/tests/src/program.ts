import { dirname, join } from 'node:path'

/** The root of the project. */
export const root = dirname(dirname(dirname(import.meta.dir)))

export interface Program {
  readonly pid: number
  /** All that it wrote so far to standard output and standard error. */
  said(): string
  /** Waits until it has said something that matches, and gives the match. */
  until(pattern: RegExp, withinMs?: number): Promise<RegExpMatchArray>
  kill(signal: NodeJS.Signals): void
  readonly exited: Promise<number>
  /** SIGTERM, then the exit code. */
  stop(): Promise<number>
}

/** Starts one of our programs as a process of its own, under this very Bun. */
export function startProgram(script: string, args: readonly string[], env: Record<string, string>): Program {
  const child = Bun.spawn([process.execPath, join(root, script), ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let said = ''
  const remember = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) said += decoder.decode(chunk, { stream: true })
  }
  void remember(child.stdout)
  void remember(child.stderr)
  const program: Program = {
    pid: child.pid,
    said: () => said,
    kill: (signal) => child.kill(signal),
    exited: child.exited,
    stop() {
      child.kill('SIGTERM')
      return child.exited
    },
    async until(pattern, withinMs = 60_000) {
      const deadline = performance.now() + withinMs
      for (;;) {
        const match = said.match(pattern)
        if (match) return match
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${script} ended: ${said}`)
        if (performance.now() > deadline)
          throw new Error(`${script} did not say ${pattern} within ${withinMs} ms: ${said}`)
        await Bun.sleep(10)
      }
    },
  }
  return program
}
