import { type OpenRedis, openRedis } from '@repo/streams/connect'
import { eventually } from '../../src/eventually.ts'
import type { Rig } from '../../src/fault-rig.ts'
import type { Scenario } from '../../src/fault-run.ts'
import { ranAllTheSame } from '../ran-all-the-same.ts'
import { runSql } from '../servers.ts'

type Redis = OpenRedis['redis']

export const noRoom: Scenario = {
  id: 'F22',
  title: 'PostgreSQL refuses ticks as if its disk were full, then Redis, with what has piled up, has no memory left',
  mustHold: 'nothing is acknowledged before it is durable; nobody has to do anything once there is room',
  async harm({ rig, began, ended, pass, scale }) {
    await using connection = await openRedis(rig.redis.url)
    const { redis } = connection
    began()
    await refuseTicks(rig)
    await pass(6_000 * scale)
    await redis.config('SET', 'maxmemory', '1')
    await runSql(rig, 'drop trigger full_disk on tick')
    const fullSinceMs = performance.now()
    const drained = await isEmptied(redis, 'betterstack:db')
    await pass(6_000 * scale - (performance.now() - fullSinceMs))
    await redis.config('SET', 'maxmemory', '0')
    ended()
    await pass(12_000 * scale)
    return drained
      ? []
      : ['results that were stored could not be taken out of a full Redis: it would stay full for ever']
  },
  afterwards: (ledger) => ranAllTheSame(ledger),
  twin: {
    sabotages: [
      {
        file: 'apps/dbpusher/src/save-results.ts',
        find: 'return done\n    })',
        replace: 'return done\n    }).catch(() => undefined)\n    if (!saved) return',
      },
    ],
    complaints: ['I1', 'own'],
  },
}

async function refuseTicks(rig: Rig): Promise<void> {
  await runSql(
    rig,
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no space left' using errcode = '53100'; end $$;
     create trigger full_disk before insert on tick for each row execute function refuse()`,
  )
}

/** Whether those who store what is in the stream make room by doing so. */
async function isEmptied(redis: Redis, stream: string): Promise<boolean> {
  return eventually(`the end of ${stream}`, async () => (await redis.xlen(stream)) === 0, 10_000).then(
    () => true,
    () => false,
  )
}
