import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SlotRecord } from '../../src/fault-ledger.ts'
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
      return whatWasSaid([...watch.records.values()], { fromMs, toMs })
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  },
  twin: {
    // Whatever the canaries say, the region believes its own eyes.
    sabotages: [
      {
        file: 'apps/consumer/src/region-canary.ts',
        find: 'const online = !cutOff(failed)',
        replace: 'const online = !cutOff([])',
      },
    ],
    complaints: ['I9', 'own'],
  },
}

/** Of the checks that began while the region was cut off, each must say that it is the region's fault. */
function whatWasSaid(records: readonly SlotRecord[], { fromMs, toMs }: { fromMs: number; toMs: number }): string[] {
  const cutOff = records.filter(({ region, code, scheduledAtMs, startLagMs }) => {
    const startedAtMs = scheduledAtMs + startLagMs
    return region === 'ap' && code !== 'EXPIRED' && code !== 'LOST' && startedAtMs > fromMs && startedAtMs < toMs
  })
  const others = cutOff.filter(({ code }) => code !== 'SELF_OFFLINE')
  if (cutOff.length === 0) return ['no check began while the region was cut off']
  if (others.length === 0) return []
  const codes = [...new Set(others.map(({ code }) => code))].join(', ')
  return [`${others.length} of ${cutOff.length} checks of the region that was cut off say ${codes}`]
}

function replaceConsumers(rig: Rig, region: string, cutWhile: string): void {
  for (const { program } of rig.alive('consumer', region)) program.kill('SIGTERM')
  const env = {
    BUN_OPTIONS: `--preload ${join(import.meta.dir, '..', 'cut-network.ts')}`,
    CUT_WHILE: cutWhile,
    CUT_PORT: String(rig.farm.port),
    REGION_CANARIES: `self,${rig.farm.canaryUrl}`,
  }
  for (let index = 0; index < 2; index += 1) rig.start('consumer', { region, env })
}
