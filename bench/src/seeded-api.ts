import { parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import pg from 'pg'
import { type Program, startProgram } from 'tests/program'
import { openOwnDatabases } from './own-databases.ts'
import { seedMonitors } from './seed-monitors.ts'
import { seedTicks } from './seed-ticks.ts'

const MINUTE_MS = 60_000
const minutesOfTicks = 60
const password = 'correct horse battery'

export interface SeededApi {
  readonly api: Program
  readonly url: string
  readonly postgresPid: number
  readonly redisUrl: string
  readonly workspaceId: WorkspaceId
  /** Of an owner of that workspace. */
  readonly username: string
  readonly password: string
}

interface Seeding {
  readonly monitors: number
  /** Of the API, beside what it needs. */
  readonly env?: Readonly<Record<string, string>>
  readonly progress: (line: string) => void
}

/** The API with databases of its own, that hold monitors and an hour of their ticks, for as long as `made` is there. */
export async function openSeededApi(
  made: AsyncDisposableStack,
  { monitors, env, progress }: Seeding,
): Promise<SeededApi> {
  const { postgres, redis } = await openOwnDatabases(made, progress)
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  const nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
  const workspaceId = parseWorkspaceId(await seedMonitors(client, monitors, nowMs))
  await seedTicks(postgres.url, { monitors, fromMs: nowMs - minutesOfTicks * MINUTE_MS, toMs: nowMs }, progress)
  await client.query('analyze')
  const api = startProgram('apps/api/src/main.ts', [], {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    INSTANCE_SECRET: crypto.randomUUID(),
    PORT: '0',
    REGIONS: 'eu-1,us-1',
    SIGN_UP: 'open',
    API_REQUESTS_PER_MINUTE: '10000000',
    LOG_LEVEL: 'info',
    ...env,
  })
  made.defer(async () => void (await api.stop()))
  const [, url = ''] = await api.until(/"url":"(http:[^"]+)"/)
  const username = `bench-${crypto.randomUUID()}`
  const { id } = await postTo<{ id: string }>(`${url}/users/signup`, { username, password })
  await client.query('delete from membership where user_id = $1', [id])
  await client.query(`insert into membership (workspace_id, user_id, role) values ($1, $2, 'owner')`, [workspaceId, id])
  await client.end()
  return { api, url, postgresPid: postgres.pid, redisUrl: redis.url, workspaceId, username, password }
}

/** @returns a token of a session of its owner. */
export async function signIn({ url, username, password: secret }: SeededApi): Promise<string> {
  return (await postTo<{ token: string }>(`${url}/users/signin`, { username, password: secret })).token
}

async function postTo<Answer>(url: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  return (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as Answer
}
