import { cpus, loadavg, release, totalmem, type } from 'node:os'

/** What a figure was measured on; without it a figure says nothing. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly os: string
  readonly bun: string
  /** The load average over the last minute, when the benchmark began. */
  readonly load: number
}

export function describeMachine(): Machine {
  const processors = cpus()
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    os: `${type()} ${release()}`,
    bun: Bun.version,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}
