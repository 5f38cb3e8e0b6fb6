import { afterEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Monitor } from '@repo/contracts/monitors'
import { openTestDatabase } from '@repo/db/testing'
import { startRedis } from '@repo/streams/testing'
import { type Client, clientOf, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Program, startProgram } from '../src/program.ts'

const token = `SEKRET-${crypto.randomUUID()}`

/** Lets in whoever has the token. */
function startGuardedTarget() {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: ({ headers }) =>
      new Response(null, { status: headers.get('authorization') === `Bearer ${token}` ? 204 : 401 }),
  })
  return { url: `http://127.0.0.1:${server.port}/`, stop: () => server.stop(true) }
}

/** What the command says, and how it ends. */
async function secretsCommand(words: readonly string[], env: Record<string, string> = {}) {
  const program = startProgram('scripts/secrets.ts', words, env)
  const code = await program.exited
  await eventually('it has said all', () => program.said() !== '', 2_000).catch(() => '')
  return { code, said: program.said() }
}

const oldKey = `old:${Buffer.alloc(32, 1).toString('base64url')}`
const newKey = `new:${Buffer.alloc(32, 2).toString('base64url')}`

let cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
  cleanUps = []
}, 60_000)

async function createGuarded(person: Client, url: string, count: number): Promise<Monitor[]> {
  const auth = { kind: 'bearer', token } as const
  const created: Monitor[] = []
  for (let number = 0; number < count; number += 1) {
    const spec = { kind: 'http', url: `${url}${number}`, auth } as const
    created.push(await person.createMonitor({ spec, intervalSeconds: 1 }))
  }
  return created
}

async function verdictsOf(person: Client, monitors: readonly Monitor[]): Promise<Set<string>> {
  const ticks = await Promise.all(monitors.map(({ id }) => person.allTicks(id)))
  return new Set(ticks.flat().map(({ verdict, code }) => `${verdict} ${code}`))
}

describe('the keys of a distributed instance', () => {
  test('are changed while it works, and no check of it fails', async () => {
    const target = startGuardedTarget()
    cleanUps.push(target.stop)
    const database = await openTestDatabase()
    cleanUps.push(() => database[Symbol.asyncDispose]())
    const redis = await startRedis()
    cleanUps.push(() => redis.stop())
    const shared = { REDIS_URL: redis.url, LOG_LEVEL: 'info' }
    const stored = { ...shared, DATABASE_URL: database.url }
    const start = (role: string, env: Record<string, string>): Program => {
      const program = startProgram(`apps/${role}/src/main.ts`, [], env)
      cleanUps.push(() => program.stop())
      return program
    }
    const startConsumer = (keys: string) =>
      start('consumer', {
        ...shared,
        REGION: 'eu',
        INSTANCE_KEYS: keys,
        PROBE_ALLOWED_CIDRS: 'private',
        REGION_CANARIES: 'self',
      })
    const startApi = async (keys: string) => {
      const env = {
        PORT: '0',
        REGIONS: 'eu',
        INSTANCE_SECRET: 'x'.repeat(40),
        INSTANCE_KEYS: keys,
        PROBE_ALLOWED_CIDRS: 'private',
        WORKSPACE_INTERVAL_FLOOR_SECONDS: '1',
        API_REQUESTS_PER_MINUTE: '1000000',
      }
      const program = start('api', { ...stored, ...env })
      const [, url = ''] = await program.until(/"url":"(http:[^"]+)"/)
      return { program, url }
    }
    const api = await startApi(oldKey)
    const publisher = start('publisher', stored)
    start('dbpusher', stored)
    const consumer = startConsumer(oldKey)
    await publisher.until(/"leading"/)
    const person = await newClient(api.url)
    const monitors = await createGuarded(person, target.url, 20)
    await eventually('all are up', async () => (await verdictsOf(person, monitors)).has('up OK'))

    const first = await secretsCommand(['rotate'], { ...stored, INSTANCE_KEYS: oldKey })
    expect(first.code).toBe(0)
    expect(first.said).toMatch(new RegExp(`INSTANCE_KEYS=k[\\w-]+:[\\w-]{43},${oldKey}`))

    const both = `${newKey},${oldKey}`
    const second = startConsumer(both)
    await second.until(/online|"msg"|metrics/i)
    await consumer.stop()
    const dry = await secretsCommand(['rotate', '--dry-run'], { ...stored, INSTANCE_KEYS: both })
    expect([dry.code, dry.said]).toEqual([0, expect.stringContaining('20 rows would be sealed anew with new')])
    expect((await secretsCommand(['check'], { ...stored, INSTANCE_KEYS: both })).said).toContain('20 sealed with old')

    const rotated = await secretsCommand(['rotate'], { ...stored, INSTANCE_KEYS: both })
    expect([rotated.code, rotated.said]).toEqual([0, expect.stringContaining('20 rows were sealed anew with new')])
    const again = await secretsCommand(['rotate'], { ...stored, INSTANCE_KEYS: both })
    expect(again.said).toContain('0 rows were sealed anew')
    const checked = await secretsCommand(['check'], { ...stored, INSTANCE_KEYS: both })
    expect(checked.said).toContain('20 sealed with new (the newest key)')
    expect(checked.said).not.toContain('old')

    // Whoever publishes begins with what is stored now, and the old key is gone.
    const successor = start('publisher', stored)
    await successor.until(/schedule|"msg"/i)
    await publisher.stop()
    const last = startConsumer(newKey)
    await last.until(/"msg"/)
    const sinceMs = Date.now() + 8_000
    await second.stop()
    await eventually(
      'checks run with the new key alone',
      async () => {
        const ticks = await Promise.all(monitors.map(({ id }) => person.allTicks(id)))
        return ticks.every((own) => own.some((tick) => Date.parse(tick.scheduledAt) > sinceMs && tick.verdict === 'up'))
      },
      40_000,
    )
    const verdicts = await verdictsOf(person, monitors)
    expect([...verdicts].filter((said) => said.startsWith('down') || said.includes('SECRET'))).toEqual([])
    for (const { said } of [first, dry, rotated, checked]) expect(said).not.toContain(token)
  }, 120_000)
})

describe('the keys of an instance in one process', () => {
  test('are changed while it stands still, and it opens everything afterwards', async () => {
    const target = startGuardedTarget()
    cleanUps.push(target.stop)
    const data = mkdtempSync(join(tmpdir(), 'betteruptime-rotation-'))
    cleanUps.push(() => rmSync(data, { recursive: true, force: true }))
    const start = async () => {
      const program = startProgram('apps/standalone/src/main.ts', ['--port', '0', '--data', data], {
        REGION_CANARIES: 'self',
      })
      cleanUps.push(() => program.stop())
      const [, url = ''] = await program.until(/is ready: (http:\S+)/)
      return { program, url }
    }
    const keysOf = () =>
      (JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as { instanceKeys: string }).instanceKeys
    const first = await start()
    const person = await newClient(first.url)
    const monitors = await createGuarded(person, target.url, 3)
    await eventually('it is up', async () => (await verdictsOf(person, monitors)).has('up OK'))
    const before = keysOf()

    const running = await secretsCommand(['rotate', '--data', data])
    expect([running.code, running.said]).toEqual([1, expect.stringContaining('another instance (pid ')])
    expect(running.said.trim().split('\n')).toHaveLength(1)
    await first.program.stop()

    const rotated = await secretsCommand(['rotate', '--data', data])
    expect([rotated.code, rotated.said]).toEqual([0, expect.stringContaining('3 rows were sealed anew')])
    const after = keysOf()
    expect(after.split(',')).toHaveLength(1)
    expect(after).not.toBe(before)
    const checked = await secretsCommand(['check', '--data', data])
    expect([checked.code, checked.said]).toEqual([0, expect.stringContaining('3 sealed with')])

    const startedAtMs = Date.now()
    const second = await start()
    const login = clientOf(second.url, person.token)
    await eventually('it is up again', async () => {
      const ticks = await login.allTicks(monitors[0]?.id ?? '')
      return ticks.some((tick) => Date.parse(tick.scheduledAt) > startedAtMs && tick.verdict === 'up')
    })
    expect([...(await verdictsOf(login, monitors))].filter((said) => said.startsWith('down'))).toEqual([])
  }, 90_000)

  test.each([
    ['a directory without an instance', ['check', '--data', '/nowhere'], {}, 'there is no instance in /nowhere'],
    ['keys without a database', ['rotate'], { INSTANCE_KEYS: oldKey }, 'DATABASE_URL: is not set'],
    ['a key that is none', ['rotate'], { INSTANCE_KEYS: 'hunter2' }, 'INSTANCE_KEYS: takes id:key'],
  ] as [string, string[], Record<string, string>, string][])(
    'are told of in one line with %s',
    async (_what, words, env, line) => {
      const { code, said } = await secretsCommand(words, env)
      expect(code).toBe(1)
      expect(said).toStartWith('betteruptime: ')
      expect(said).toContain(line)
      expect(said).not.toContain('hunter2')
      expect(said.trim().split('\n')).toHaveLength(1)
    },
  )

  test('are explained by --help', async () => {
    const { code, said } = await secretsCommand(['--help'])
    expect(code).toBe(0)
    for (const word of ['check', 'rotate', 'key']) expect(said).toContain(word)
  })
})
