import { openRedis } from '@repo/streams/connect'
import type { Rig } from '../../src/fault-rig.ts'
import type { Scenario } from '../../src/fault-run.ts'
import { runSql } from '../servers.ts'

const poison: readonly unknown[] = [
  null,
  {},
  { kind: 'http', url: null },
  { kind: 'telepathy', url: 'http://127.0.0.1/' },
  { kind: 'http', url: 'http://127.0.0.1/', headers: [{ name: 'x', value: 'x'.repeat(1_048_576) }] },
]

export const poisonMonitors: Scenario = {
  id: 'F20',
  title: 'monitors that cannot be read, and messages that are none, lie among the others',
  mustHold: 'they are left out; every other monitor is watched as before',
  mayBury: true,
  async harm({ rig, began, pass, scale }) {
    began()
    await addPoisonMonitors(rig)
    await addPoisonMessages(rig)
    // Whoever starts now reads them with all the others.
    for (const { program } of rig.alive('publisher')) program.kill('SIGTERM')
    const started = [rig.start('publisher'), rig.start('publisher')]
    await Promise.any(started.map(({ program }) => program.until(/"leading"/, 20_000)))
    await pass(10_000 * scale)
    const dead = rig.programs.filter((one) => one.hasEnded && one.role !== 'publisher')
    return dead.map(({ name }) => `${name} ended`)
  },
  twin: {
    sabotages: [
      {
        file: 'apps/publisher/src/planned-monitor.ts',
        find: 'storedSpecSchema.safeParse(row.spec)',
        replace: '{ success: true as const, data: storedSpecSchema.parse(row.spec) }',
      },
    ],
    complaints: ['I1', 'I12', 'own'],
  },
}

async function addPoisonMonitors(rig: Rig): Promise<void> {
  for (const [index, spec] of poison.entries()) {
    const text = JSON.stringify(spec).replaceAll("'", "''")
    await runSql(
      rig,
      `with made as (
         insert into monitor (monitor_key, id, workspace_id, name, spec, target, interval_ms, regions, schedule_from, created_at, updated_at)
         overriding system value select ${index + 1}, gen_random_uuid(), workspace_id, 'poison', '${text}'::jsonb, 'poison', interval_ms, regions, schedule_from, now(), now()
         from monitor limit 1 returning monitor_key, schedule_from),
       begun as (insert into state_interval (monitor_key, began_at, status) select monitor_key, schedule_from, 'unknown' from made)
       insert into monitor_state (monitor_key) select monitor_key from made`,
    )
  }
}

async function addPoisonMessages(rig: Rig): Promise<void> {
  await using connection = await openRedis(rig.redis.url)
  const streams = ['betterstack:db', ...rig.regions.map((region) => `betterstack:website:${region}`)]
  for (const stream of streams) {
    await connection.redis.xadd(stream, '*', 'm', 'not a message')
    await connection.redis.xadd(stream, '*', 'm', '{"monitorId":1}')
    await connection.redis.xadd(stream, '*', 'other', 'field')
  }
}
