import { readdirSync, readFileSync } from 'node:fs'

/** Ticks of the kernel's accounting, which Linux fixes at 100 a second for every program (proc(5)). */
const MICROS_PER_TICK = 10_000

/** CPU time of a process and all its living and reaped children, in microseconds. */
export function cpuMicrosOf(pid: number): number {
  return familyOf(pid).reduce((sum, { ticks }) => sum + ticks, 0) * MICROS_PER_TICK
}

/** Memory of a process and all its living children, each shared page counted once (proportional set size), in megabytes. */
export function pssMegabytesOf(pid: number): number {
  const kilobytes = familyOf(pid).reduce((sum, member) => sum + readPss(member.pid), 0)
  return Math.round(kilobytes / 1_024)
}

interface Process {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
}

function familyOf(pid: number): Process[] {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(name) ?? [])
  const family = new Set([pid])
  // A child's number is mostly larger than its parent's, but numbers wrap: go on until nobody new is found.
  for (let before = 0; before !== family.size; ) {
    before = family.size
    for (const { pid: child, parent } of processes) if (family.has(parent)) family.add(child)
  }
  return processes.filter((process) => family.has(process.pid))
}

function readPss(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+) kB/m)?.[1] ?? 0)
  } catch {
    return 0
  }
}

function readStat(name: string): Process | undefined {
  try {
    // After the command in brackets: state, parent …, and from the 12th on: user, system, and both of reaped children.
    const words = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) ?? []
    const [, parent = 0] = words
    return { pid: Number(name), parent, ticks: words.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) }
  } catch {
    return undefined
  }
}
