import type { LiveBatch } from '@repo/contracts/live'
import type { MonitorChanged } from '@repo/contracts/monitor-changed'
import { type Problem, problemSchema } from '@repo/contracts/problem'
import type { NewUser } from '@repo/db/queries/users'
import { listValid } from '@repo/db/queries/valid-principals'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addUser } from '@repo/db/testing/populate'
import type { CheckResult } from '@repo/domain/check'
import type { UserId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import { noonMs } from '@repo/domain/testing'
import { plainWebhook } from '@repo/notifiers/testing/plain-webhook'
import { createEgressPolicy } from '@repo/probes/egress'
import { createKeyring } from '@repo/secrets/keyring'
import { aborted } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { run } from '@repo/streams/testing/eventually'
import { z } from 'zod'
import { createAuthenticator } from '../src/access/authenticator.ts'
import { createRequestMeter } from '../src/access/rate-limits.ts'
import { openSession } from '../src/accounts/open-session.ts'
import { createAnswerCache } from '../src/answer-cache.ts'
import { createApp } from '../src/app.ts'
import type { ChannelKind } from '../src/channel-kinds.ts'
import type { AccessSettings, ApiDeps } from '../src/deps.ts'
import { closedFrontDoor, type FrontDoor } from '../src/front-door.ts'
import { createPingWriter } from '../src/heartbeats/ping-writer.ts'
import { createLooks } from '../src/looks.ts'
import { createPasswords } from '../src/passwords.ts'
import { createApiServer } from '../src/server.ts'
import { createSystemReader } from '../src/system.ts'
import { createTokens } from '../src/tokens.ts'

/** The channel of the tests: an address that is no secret, and a token that is one. */
const webhookKind: ChannelKind = {
  schema: z.object({ url: z.url(), token: z.string().min(1).optional() }).strict(),
  secrets: ['token'],
  addresses: ['url'],
  deliver: (alert, { url }, attempt) => plainWebhook.deliver(alert, { url: String(url) }, attempt),
}

export const instanceSecret = 'the secret of the instance under test'

export interface Asked {
  readonly method?: string
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; a text is sent as it is, and so are bytes. */
  readonly body?: unknown
}

export interface ApiInstance extends AsyncDisposable {
  readonly deps: ApiDeps & { readonly clock: ManualClock }
  readonly database: TestDatabase
  /** What went over the buses since the start. */
  readonly changes: MonitorChanged[]
  readonly live: LiveBatch[]
  ask(path: string, asked?: Asked): Promise<Response>
  /** A person with a workspace of their own, and a token of theirs. */
  addPerson(username?: string): Promise<NewUser & { readonly token: string }>
  listen(frontDoor?: FrontDoor): Promise<Listening>
}

export interface Listening extends AsyncDisposable {
  readonly url: string
  stop(): Promise<void>
}

/** What a hash costs is not what these tests are about. */
const quickCost = { memoryCost: 8, timeCost: 1 }

/** Anybody may come, and nobody meets a limit by chance. */
const openAccess = {
  publicUrl: 'https://uptime.example.com',
  hosts: ['uptime.example.com'],
  trustedProxies: [],
  signUp: 'open',
  requestsPerMinute: 1_000_000,
  limits: { monitors: 1_000, members: 100, checksPerMinute: 1_000_000, intervalFloorSeconds: 1 },
} satisfies AccessSettings

/** A session of somebody, as signing in opens it. */
export async function signIn(deps: Pick<ApiDeps, 'sql' | 'tokens' | 'clock'>, userId: UserId): Promise<string> {
  const caller = {
    requestId: 'test',
    atMs: deps.clock.nowMs(),
    address: '127.0.0.1',
    userAgent: 'test',
    isSecure: false,
  }
  return (await openSession(deps, caller, { userId, method: 'password' })).token
}

/** The API over a database and a backend of its own, at noon. Results of pings go to `publish`, where it is given. */
export async function openApi(
  changed: Partial<Omit<ApiDeps, 'clock'>> = {},
  publish?: (results: readonly CheckResult[]) => Promise<void>,
): Promise<ApiInstance> {
  const database = await openTestDatabase()
  const { sql } = database
  const backend = createMemoryBackend((alarm) => {
    throw new Error(alarm)
  })
  const clock = createManualClock(noonMs)
  const log = createLog('api', 'silent')
  const tokens = createTokens(instanceSecret)
  const deps = {
    sql,
    passwords: await createPasswords({ cost: quickCost }),
    tokens,
    authenticator: createAuthenticator({ sql, tokens, clock, log }),
    rateLimits: backend.rateLimits,
    requestMeter: createRequestMeter({ ...openAccess, ...changed, log, rateLimits: backend.rateLimits }),
    revocations: backend.revocations,
    changes: backend.changes,
    live: backend.live,
    watching: backend.watching,
    urgentOf: backend.urgentOf,
    testRuns: backend.testRuns,
    looks: createLooks(instanceSecret),
    results: publish ? { publish } : backend.results,
    egress: createEgressPolicy({}),
    pings: createPingWriter({ sql, clock, log, results: publish ? { publish } : backend.results }),
    readSystem: createSystemReader({ sql, clock }),
    answers: createAnswerCache(),
    // Nobody has written anything into the name system, unless a test says so.
    resolveTxt: async () => [],
    channelKinds: new Map([[plainWebhook.kind, webhookKind]]),
    regions: ['a', 'b'].map(parseRegion),
    keyring: createKeyring([{ id: 'test', key: new Uint8Array(32).fill(7) }]),
    log,
    ...openAccess,
    ...changed,
    clock,
  }
  const ending = new AbortController()
  const changes: MonitorChanged[] = []
  const live: LiveBatch[] = []
  await backend.changes.subscribe((change) => changes.push(change), ending.signal)
  await backend.live.subscribe((batch) => live.push(batch), ending.signal)
  const app = createApp(deps, { frontDoor: closedFrontDoor })
  const pings = run(deps.pings.service)

  return {
    deps,
    database,
    changes,
    live,
    ask: async (path, asked = {}) => app.request(path, requestOf(asked)),
    async addPerson(username) {
      const user = await addUser(sql, username === undefined ? {} : { username })
      return { ...user, token: await signIn(deps, user.id) }
    },
    listen: (frontDoor = closedFrontDoor) => listen(deps, frontDoor),
    async [Symbol.asyncDispose]() {
      ending.abort()
      await pings.stop()
      await database[Symbol.asyncDispose]()
    },
  }
}

export function requestOf({ method, token, headers = {}, body }: Asked): RequestInit {
  const all = new Headers(headers)
  if (token !== undefined) all.set('authorization', `Bearer ${token}`)
  const usual = body === undefined ? 'GET' : 'POST'
  if (body === undefined) return { method: method ?? usual, headers: all }
  if (!all.has('content-type')) all.set('content-type', 'application/json')
  return { method: method ?? usual, headers: all, body: isWhole(body) ? body : JSON.stringify(body) }
}

/** Sent as it is. */
function isWhole(body: unknown): body is string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' || body instanceof Uint8Array
}

async function listen(deps: ApiDeps, frontDoor: FrontDoor): Promise<Listening> {
  const listening = Promise.withResolvers<string>()
  const server = run(
    createApiServer({
      ...deps,
      stillValid: (principals) => listValid(deps.sql, principals, deps.clock.nowMs()),
      // The instance stores them already.
      pings: { ...deps.pings, service: aborted },
      frontDoor,
      host: '127.0.0.1',
      port: 0,
      onListening: listening.resolve,
    }),
  )
  server.ended.catch(listening.reject)
  const stop = () => server.stop()
  return { url: await listening.promise, stop, [Symbol.asyncDispose]: stop }
}

/** Reads a problem document and checks that it is whole: its type, its shape, and that it repeats its status. */
export async function problemOf(answer: Response): Promise<Problem> {
  const type = answer.headers.get('content-type')
  if (type !== 'application/problem+json') throw new Error(`not a problem document but ${type}`)
  const problem = problemSchema.parse(await answer.json())
  if (problem.status !== answer.status) throw new Error(`the document says ${problem.status}, not ${answer.status}`)
  return problem
}

/** The status of an answer with its problem's code, as one word: `404 not_found`. */
export async function refusalOf(answer: Response): Promise<string> {
  return `${answer.status} ${(await problemOf(answer)).code}`
}
