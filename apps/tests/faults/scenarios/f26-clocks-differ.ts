import { join } from 'node:path'
import type { Rig } from '../../src/fault-rig.ts'
import type { Scenario } from '../../src/fault-run.ts'

export const clocksDiffer: Scenario = {
  id: 'F26',
  title: 'the clock of a region is a minute and a half behind, that of the dbpushers ten minutes ahead',
  mustHold: 'no check runs early twice, none is called down, and the skew is told of',
  async harm({ rig, began, ended, pass, scale }) {
    const region = rig.random.pick(rig.regions)
    began()
    replace(rig, 'consumer', { region, skewMs: -90_000 })
    replace(rig, 'dbpusher', { skewMs: 600_000 })
    await pass(8_000 * scale)
    const hasTold = rig.programs.some(({ program }) => /clock/i.test(program.said()))
    replace(rig, 'consumer', { region, skewMs: 0 })
    replace(rig, 'dbpusher', { skewMs: 0 })
    ended()
    await pass(14_000 * scale)
    return hasTold ? [] : ['nobody said that the clocks differ']
  },
  twin: {
    sabotages: [
      {
        file: 'apps/consumer/src/run-check.ts',
        find: 'startedAtMs > check.expiresAtMs',
        replace: 'startedAtMs > check.expiresAtMs + 600_000',
      },
    ],
    complaints: ['I8', 'I1', 'own'],
  },
}

function replace(
  rig: Rig,
  role: 'consumer' | 'dbpusher',
  { region, skewMs }: { region?: string; skewMs: number },
): void {
  for (const { program } of rig.alive(role, region)) program.kill('SIGTERM')
  const preload = `--preload ${join(import.meta.dir, '..', 'skewed-clock.ts')}`
  const env = { BUN_OPTIONS: preload, CLOCK_SKEW_MS: String(skewMs) }
  for (let index = 0; index < 2; index += 1) rig.start(role, { env, ...(region !== undefined && { region }) })
}
