import { firstLine } from './first-line.ts'
import { onLastProcessor } from './pinned.ts'

export interface MixedPorts {
  readonly good: number
  /** Answers after 100 ms. */
  readonly late: number
  readonly reset: number
  readonly silent: number
  readonly bomb: number
  stop(): Promise<void>
}

/** The moody site of `mixed-target.ts`, in a process of its own on the last processor. */
export async function startMixedTarget(): Promise<MixedPorts> {
  const child = Bun.spawn(onLastProcessor([process.execPath, `${import.meta.dir}/mixed-target.ts`]), { stdout: 'pipe' })
  const [good = 0, late = 0, reset = 0, silent = 0, bomb = 0] = (await firstLine(child.stdout)).split(' ').map(Number)
  return {
    good,
    late,
    reset,
    silent,
    bomb,
    stop: async () => {
      child.kill()
      await child.exited
    },
  }
}
