import { firstLine } from './first-line.ts'
import { onLastProcessor } from './pinned.ts'

export interface CountingTarget {
  readonly url: string
  readonly port: number
  /** How many requests it has answered. */
  count(): Promise<number>
  stop(): Promise<void>
}

/** The small website of `http-target.ts`, in a process of its own, on the last processor where nothing else is wished. */
export async function startCountingTarget({ pinned = true } = {}): Promise<CountingTarget> {
  const command = [process.execPath, `${import.meta.dir}/http-target.ts`]
  const child = Bun.spawn(pinned ? onLastProcessor(command) : command, { stdout: 'pipe' })
  const port = Number(await firstLine(child.stdout))
  const url = `http://127.0.0.1:${port}/`
  return {
    url,
    port,
    count: async () => Number(await (await fetch(`${url}count`)).text()),
    stop: async () => {
      child.kill()
      await child.exited
    },
  }
}
