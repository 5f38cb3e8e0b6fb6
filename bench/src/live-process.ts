/** A child process that is told lines and answers lines. */
export interface TalkingProcess {
  readonly pid: number
  nextLine(): Promise<string>
  ask(line: string): Promise<string>
  stop(): Promise<void>
}

export function startTalking(command: readonly string[]): TalkingProcess {
  const child = Bun.spawn([...command], { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' })
  const lines = linesOf(child.stdout)
  async function nextLine(): Promise<string> {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${command.join(' ')} ended`)
    return value
  }
  return {
    pid: child.pid,
    nextLine,
    async ask(line) {
      child.stdin.write(`${line}\n`)
      await child.stdin.flush()
      return nextLine()
    },
    async stop() {
      child.kill()
      await child.exited
    },
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
}
