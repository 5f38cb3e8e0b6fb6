import { systemClock } from '@repo/service/clock'
import { createLog } from '@repo/service/log'
import { openRedis } from '@repo/streams/connect'
import { createRedisBackend } from '@repo/streams/redis-backend'
import { createLive } from 'api/live-service'
import { watcherOf } from './live-watchers.ts'

/** The live socket as the API has it, over Redis, where everybody is let in by their number. Prints its port. */
const [, , redisUrl = ''] = process.argv
const { redis } = await openRedis(redisUrl)
const backend = createRedisBackend(redis, (alarm) => console.error(alarm))
const live = createLive({
  ...backend,
  access: {
    authenticate: async (request) => ({
      kind: 'session',
      id: request.headers.get('authorization') ?? '',
      ...watcherOf(Number(request.headers.get('authorization'))),
      username: 'bench',
      isOperator: false,
      workspaceName: 'bench',
      role: 'viewer',
      scopes: [],
      expiresAtMs: Number.POSITIVE_INFINITY,
    }),
    stillValid: async (principals) => new Set(principals.map(({ id }) => id)),
    forget: () => {},
  },
  clock: systemClock,
  log: createLog('api', 'warn'),
})
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  websocket: live.websocket,
  fetch: async (request, own) => ((await live.upgrade(own, request)) ? undefined : new Response('', { status: 426 })),
})
await live.follow(server, new AbortController().signal)
console.log(server.port)
