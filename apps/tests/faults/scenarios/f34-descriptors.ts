import { readdirSync } from 'node:fs'
import type { Scenario } from '../../src/fault-run.ts'

export const descriptorsGone: Scenario = {
  id: 'F34',
  title: 'the consumers of a region have no file descriptors left',
  mustHold: 'their checks are unknown with a cause by name; nobody is called down',
  async harm({ rig, watch, began, ended, pass, scale }) {
    const region = rig.random.pick(rig.regions)
    const consumers = rig.alive('consumer', region)
    began()
    const fromMs = Date.now()
    for (const { program } of consumers) limitDescriptors(program.pid, readdirSync(`/proc/${program.pid}/fd`).length)
    await pass(6_000 * scale)
    const toMs = Date.now()
    for (const { program } of consumers) limitDescriptors(program.pid, 1_024)
    ended()
    await pass(6_000 * scale)
    const own = [...watch.records.values()].filter(
      (record) => record.region === region && record.scheduledAtMs > fromMs && record.scheduledAtMs < toMs,
    )
    const named = own.filter(({ code }) => code === 'OUT_OF_DESCRIPTORS')
    return named.length === 0 ? ['no tick names the cause OUT_OF_DESCRIPTORS'] : []
  },
  twin: {
    sabotages: [
      {
        file: 'packages/probes/src/engine/failure.ts',
        find: "OUT_OF_DESCRIPTORS: 'unknown'",
        replace: "OUT_OF_DESCRIPTORS: 'down'",
      },
    ],
    complaints: ['I9'],
  },
}

/** The soft limit of a running process (prlimit(1)); a number that is in use already is no obstacle. */
function limitDescriptors(pid: number, limit: number): void {
  const { exitCode, stderr } = Bun.spawnSync(['prlimit', '--pid', String(pid), `--nofile=${limit}:`])
  if (exitCode !== 0) throw new Error(`the limit could not be set: ${stderr}`)
}
