/** A program that ends with this process, in whatever way this process ends. */
export interface GuardedProcess {
  readonly pid: number
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

export function spawnGuarded([name = '', ...args]: readonly string[]): GuardedProcess {
  const path = Bun.which(name)
  if (!path) throw new Error(`${name} is not installed: apt-get install redis-server`)
  const program = Bun.spawn([path, ...args], { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' })
  // Its input ends when this process does: test runners do not announce their exit.
  const guard = Bun.spawn(['sh', '-c', 'read _; kill -9 "$0"', `${program.pid}`], { stdin: 'pipe', stderr: 'ignore' })
  return {
    pid: program.pid,
    async end(signal) {
      program.kill(signal)
      await program.exited
      guard.kill('SIGKILL')
    },
  }
}
