import { firstLine } from './first-line.ts'
import { onLastProcessor } from './pinned.ts'

export interface DnsCountingTarget {
  /** `127.0.0.1:port`. */
  readonly address: string
  /** How many questions about IPv4 it has answered: one for each look-up. */
  count(): Promise<number>
  stop(): Promise<void>
}

/** The small name server of `dns-target.ts`, in a process of its own on the last processor. */
export async function startDnsCountingTarget(): Promise<DnsCountingTarget> {
  const child = Bun.spawn(onLastProcessor([process.execPath, `${import.meta.dir}/dns-target.ts`]), { stdout: 'pipe' })
  const [port, counterPort] = (await firstLine(child.stdout)).split(' ')
  return {
    address: `127.0.0.1:${port}`,
    count: async () => Number(await (await fetch(`http://127.0.0.1:${counterPort}/`)).text()),
    stop: async () => {
      child.kill()
      await child.exited
    },
  }
}
