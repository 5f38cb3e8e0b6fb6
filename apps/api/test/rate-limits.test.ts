import { describe, expect, test } from 'bun:test'
import { createLog } from '@repo/service/log'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import type { RateLimits } from '@repo/streams/rate-limits'
import { createRequestMeter } from '../src/access/rate-limits.ts'
import { AppError } from '../src/problems.ts'
import { openApi, refusalOf } from './instance.ts'

const log = createLog('api', 'silent')
const principal = { kind: 'session', id: 'one' } as const

describe('the requests of one session or key', () => {
  test.each([[10], [150], [1_000]])('are %p a minute and no more, over two processes', async (requestsPerMinute) => {
    const { rateLimits } = createMemoryBackend(() => {})
    const meters = [0, 1].map(() => createRequestMeter({ rateLimits, requestsPerMinute, log }))
    let passed = 0
    for (let asked = 0; asked < 2 * requestsPerMinute; asked += 1) {
      await meters[asked % 2]?.take(principal).then(
        () => {
          passed += 1
        },
        (error) => expect(error).toBeInstanceOf(AppError),
      )
    }
    expect(passed).toBe(requestsPerMinute)
  })

  test('are not those of another one', async () => {
    const { rateLimits } = createMemoryBackend(() => {})
    const meter = createRequestMeter({ rateLimits, requestsPerMinute: 10, log })
    for (let asked = 0; asked < 10; asked += 1) await meter.take(principal)
    await expect(meter.take(principal)).rejects.toThrow('at most 10 requests a minute')
    expect(await meter.take({ kind: 'key', id: 'one' })).toMatchObject({ ratelimit: '"default";r=9;t=60' })
  })

  test('pass uncounted where they cannot be counted, for this limit is against use alone', async () => {
    const away: RateLimits = {
      take: () => Promise.reject(new Error('away')),
      forgive: () => Promise.reject(new Error('away')),
    }
    expect(await createRequestMeter({ rateLimits: away, requestsPerMinute: 10, log }).take(principal)).toEqual({})
    await using api = await openApi({ rateLimits: away })
    const { token } = await api.addPerson()
    expect((await api.ask('/api/v1/session', { token })).status).toBe(200)
  })

  test('say how many are left, and when to come again', async () => {
    await using api = await openApi({ requestsPerMinute: 10 })
    const { token } = await api.addPerson()
    const ask = () => api.ask('/api/v1/session', { token })
    const first = await ask()
    expect(first.headers.get('ratelimit-policy')).toBe('"default";q=10;w=60')
    expect(first.headers.get('ratelimit')).toMatch(/^"default";r=9;t=\d+$/)
    for (let asked = 1; asked < 10; asked += 1) await ask()
    const over = await ask()
    expect(Number(over.headers.get('retry-after'))).toBeWithin(1, 61)
    expect(await refusalOf(over)).toBe('429 too_many_requests')
  })
})

test('where tries cannot be counted there are none', async () => {
  const away: RateLimits = { take: () => Promise.reject(new Error('away')), forgive: () => Promise.resolve() }
  await using api = await openApi({ rateLimits: away })
  const body = { username: 'ada', password: 'correct horse battery' }
  for (const path of ['/users/signin', '/users/signup', '/api/v1/sign-in', '/api/v1/sign-up'])
    expect(await refusalOf(await api.ask(path, { body }))).toBe('503 unavailable')
})
