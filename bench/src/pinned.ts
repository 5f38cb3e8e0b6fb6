import { existsSync } from 'node:fs'
import { cpus } from 'node:os'

const TASKSET = ['/usr/bin/taskset', '/bin/taskset'].find((path) => existsSync(path))

/** The command that runs another one on the last processor alone, where the machine has one to spare and the means to say so. */
export function onLastProcessor(command: readonly string[]): string[] {
  return TASKSET && cpus().length > 1 ? [TASKSET, '-c', String(cpus().length - 1), ...command] : [...command]
}

/** The same for the first processor, where this process does its own work. */
export function onFirstProcessor(command: readonly string[]): string[] {
  return TASKSET && cpus().length > 1 ? [TASKSET, '-c', '0', ...command] : [...command]
}

/** Moves a process, with all its threads and the children that it has from then on, to the first processor. */
export function pinToFirstProcessor(pid: number): void {
  if (TASKSET && cpus().length > 1) Bun.spawnSync([TASKSET, '-a', '-c', '-p', '0', String(pid)], { stdout: 'ignore' })
}
