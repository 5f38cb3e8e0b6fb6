import { openRedis } from '@repo/streams/connect'
import type { Scenario } from '../../src/fault-run.ts'
import { runSql } from '../servers.ts'

export const noRoom: Scenario = {
  id: 'F22',
  title: 'PostgreSQL refuses ticks as if its disk were full, then Redis has no memory left',
  mustHold: 'nothing is acknowledged before it is durable; nobody has to do anything once there is room',
  async harm({ rig, began, ended, pass, scale }) {
    began()
    await runSql(
      rig,
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no space left' using errcode = '53100'; end $$;
       create trigger full_disk before insert on tick for each row execute function refuse()`,
    )
    await pass(6_000 * scale)
    await runSql(rig, 'drop trigger full_disk on tick')
    await using connection = await openRedis(rig.redis.url)
    await connection.redis.config('SET', 'maxmemory', '1')
    await pass(6_000 * scale)
    await connection.redis.config('SET', 'maxmemory', '0')
    ended()
    await pass(12_000 * scale)
    return []
  },
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
