import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addMonitor, addTicks, addWorkspace } from '@repo/db/testing/populate'
import { parseRegion } from '@repo/domain/region'
import { makeTick, noonMs } from '@repo/domain/testing'

let database: TestDatabase
let monitor: string
beforeAll(async () => {
  database = await openTestDatabase()
  const regions = ['a', 'b'].map(parseRegion)
  const made = await addMonitor(database.sql, await addWorkspace(database.sql), { regions, name: 'Shop' })
  monitor = made.id
  // Of ten minutes `a` finds it down in the fifth and the sixth, and `b` never does.
  const ticks = Array.from({ length: 10 }, (_, minute) => minute).flatMap((minute) => [
    makeTick('a', noonMs + minute * 60_000, minute === 5 || minute === 6 ? 'down' : 'up'),
    makeTick('b', noonMs + minute * 60_000, 'up'),
  ])
  await addTicks(database.sql, made, ticks)
})
afterAll(() => database[Symbol.asyncDispose]())

async function replay(words: readonly string[], env: Record<string, string> = { DATABASE_URL: database.url }) {
  const { DATABASE_URL: _, ...rest } = process.env
  const script = join(import.meta.dir, '..', 'replay.ts')
  const program = Bun.spawn([process.execPath, script, ...words], {
    ...{ env: { ...rest, ...env }, stdout: 'pipe', stderr: 'pipe' },
  })
  const [code, out, err] = await Promise.all([
    program.exited,
    new Response(program.stdout).text(),
    new Response(program.stderr).text(),
  ])
  return { code, out, err }
}

const span = ['--from', '2026-06-01T12:00:00Z', '--to', '2026-06-01T13:00:00Z']

describe('bun run replay', () => {
  test('tells what another policy would have made of the past, beside the present one', async () => {
    const { code, out, err } = await replay(['--monitor', monitor, ...span, '--quorum', 'any'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('Shop, 2026-06-01T12:00:00.000Z to 2026-06-01T13:00:00.000Z')
    expect(out).toContain('as it is: {"quorum":{"kind":"majority"}')
    expect(out).toContain('20 checks, 0 incidents, 0 alerts')
    expect(out).toContain('20 checks, 1 incident, 2 alerts')
    expect(out).toContain(
      'down      2026-06-01T12:05:00.000Z  2026-06-01T12:07:00.000Z  120 s  TCP_REFUSED: it is down',
    )
  })

  const refused: [string, string[], string][] = [
    ['no monitor', ['--monitor', '00000000-0000-4000-8000-000000000000', ...span], 'there is no monitor'],
    ['what is no id', ['--monitor', 'shop', ...span], 'not a monitor id'],
    ['what is no time', ['--monitor', 'ID', '--from', 'noon'], '--from: not a time: "noon"'],
    ['a quorum that is none', ['--monitor', 'ID', '--quorum', 'most'], '--quorum: must be a whole number from 1 to 50'],
    ['no failures', ['--monitor', 'ID', '--failures', '0'], '--failures: must be a whole number from 1 to 10'],
  ]
  test.each(refused)('says in one line why it cannot, given %s', async (_what, words, line) => {
    const { code, out, err } = await replay(words.map((word) => (word === 'ID' ? monitor : word)))
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(line)
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  test('says in one line that it needs a database', async () => {
    const { code, err } = await replay(['--monitor', monitor], {})
    expect([code, err.trim().split('\n').length]).toEqual([1, 1])
    expect(err).toContain('DATABASE_URL')
  })

  test('--help names every flag', async () => {
    const { code, out } = await replay(['--help'])
    expect(code).toBe(0)
    for (const flag of ['--monitor', '--from', '--to', '--quorum', '--failures', '--recoveries', '--degraded'])
      expect(out).toContain(flag)
  })
})
