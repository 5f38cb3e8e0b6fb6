import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Rig } from '../../src/fault-rig.ts'
import type { Scenario } from '../../src/fault-run.ts'

export const regionOffline: Scenario = {
  id: 'F17',
  title: 'a region loses the Internet and keeps its way to Redis',
  mustHold: 'it finds out by itself, its checks are unknown (SELF_OFFLINE), and the others decide without it',
  rig: { regions: ['eu', 'us', 'ap'] },
  async harm({ rig, watch, began, ended, pass, scale }) {
    const directory = mkdtempSync(join(tmpdir(), 'betteruptime-cut-'))
    const cutWhile = join(directory, 'cut')
    try {
      replaceConsumers(rig, 'ap', cutWhile)
      await pass(4_000)
      began()
      const fromMs = Date.now()
      writeFileSync(cutWhile, '')
      await pass(12_000 * scale)
      rmSync(cutWhile)
      const toMs = Date.now()
      ended()
      await pass(6_000 * scale)
      const codes = [...watch.records.values()]
        .filter((one) => one.region === 'ap' && one.scheduledAtMs > fromMs && one.scheduledAtMs < toMs)
        .map(({ code }) => code)
      return codes.includes('SELF_OFFLINE') ? [] : ['the region never said that it is offline itself']
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  },
  twin: {
    // One region that fails is then enough to call a monitor down.
    sabotages: [
      {
        file: 'packages/domain/src/verdict.ts',
        find: 'return configured >= 2 ? Math.max(2, majority) : majority',
        replace: 'return Math.min(1, majority + configured)',
      },
    ],
    complaints: ['I9'],
  },
}

function replaceConsumers(rig: Rig, region: string, cutWhile: string): void {
  for (const { program } of rig.alive('consumer', region)) program.kill('SIGTERM')
  const env = { BUN_OPTIONS: `--preload ${join(import.meta.dir, '..', 'cut-network.ts')}`, CUT_WHILE: cutWhile }
  for (let index = 0; index < 2; index += 1) rig.start('consumer', { region, env })
}
