import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../src/eventually.ts'
import { stoodStill } from '../../src/fault-ledger.ts'
import type { Rig } from '../../src/fault-rig.ts'
import type { Scenario, Stage } from '../../src/fault-run.ts'
import { runSql } from '../servers.ts'

const healthy = 300
const falling = 60
const checks = 100_000
const withinMs = 400_000

export const allAtOnce: Scenario = {
  id: 'F32b',
  title:
    'one region is cut off, the probe of another says 200 of everything, and a sixth of the targets fails at once, again and again',
  mustHold:
    'a hundred thousand checks of healthy targets later none of these was called down, and none has an incident',
  rig: {
    flipMs: 20_000,
    regions: ['eu', 'us', 'ap', 'sa'],
    kinds: Array.from({ length: healthy + falling }, (_, target) =>
      target < falling ? ('flapping' as const) : ('healthy' as const),
    ),
  },
  async harm(stage) {
    const directory = mkdtempSync(join(tmpdir(), 'betteruptime-all-'))
    const [cutWhile, lieWhile] = [join(directory, 'cut'), join(directory, 'lie')]
    writeFileSync(lieWhile, '')
    try {
      replaceConsumers(stage.rig, 'ap', {
        ...{ CUT_WHILE: cutWhile, CUT_PORT: String(stage.rig.farm.port) },
        REGION_CANARIES: `self,${stage.rig.farm.canaryUrl}`,
      })
      replaceConsumers(stage.rig, 'sa', { LIE_WHILE: lieWhile })
      await stage.pass(4_000)
      stage.began()
      writeFileSync(cutWhile, '')
      await untilEnough(stage)
      rmSync(cutWhile)
      rmSync(lieWhile)
      stage.ended()
      await stage.pass(20_000)
      return falseIncidents(stage)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  },
  twin: {
    // A region that lies and one that is blind both have their vote.
    sabotages: [
      {
        file: 'apps/consumer/src/region-canary.ts',
        find: 'const online = !cutOff(failed)',
        replace: 'const online = !cutOff([])',
      },
      {
        file: 'packages/domain/src/policy.ts',
        find: 'return Math.max(Math.floor(reporting / 2) + 1, Math.min(2, configured))',
        replace: 'return 1',
      },
    ],
    complaints: ['I9', 'own'],
  },
}

function replaceConsumers(rig: Rig, region: string, env: Readonly<Record<string, string>>): void {
  for (const { program } of rig.alive('consumer', region)) program.kill('SIGTERM')
  const preload = 'CUT_WHILE' in env ? 'cut-network.ts' : 'lying-probe.ts'
  const BUN_OPTIONS = `--preload ${join(import.meta.dir, '..', preload)}`
  for (let index = 0; index < 2; index += 1) rig.start('consumer', { region, env: { ...env, BUN_OPTIONS } })
}

/** Until so many ticks of healthy targets are stored, by whichever region could look. */
async function untilEnough({ rig, note }: Stage): Promise<void> {
  const names = `('${rig.monitors
    .filter(({ kind }) => kind === 'healthy')
    .map(({ key }) => key)
    .join("','")}')`
  let count = 0
  await eventually(
    'enough checks were carried out',
    async () => {
      await Bun.sleep(2_000)
      const [row] = await runSql(
        rig,
        `select count(*)::integer as count from tick where monitor_key::text in ${names} and verdict <> 3`,
      )
      count = Number(row?.count)
      return count >= checks
    },
    withinMs,
  )
  note(`${count} checks of healthy targets`)
}

/** While the farm stood still its targets really were down. */
async function falseIncidents({ rig, note }: Stage): Promise<string[]> {
  const { stalls } = rig.farm
  const stoodMs = stalls.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  if (stoodMs > 0) note(`the targets stood still ${stalls.length} times, ${stoodMs} ms in all`)
  const rows = await runSql(
    rig,
    `select m.name, i.cause_message, extract(epoch from i.began_at)::float8 * 1000 as began_ms
      from incident i join monitor m using (monitor_key) order by m.name`,
  )
  const healthyNames = new Set(
    rig.monitors.filter(({ kind }) => kind === 'healthy').map(({ target }) => `target ${target}`),
  )
  return rows
    .filter(({ name }) => healthyNames.has(String(name)))
    .filter(
      ({ began_ms }) => !stoodStill({ stalls }, { fromMs: Number(began_ms) - 100, toMs: Number(began_ms) + 2_000 }),
    )
    .map((row) => `${row.name} had an incident although it was well: ${row.cause_message}`)
}
