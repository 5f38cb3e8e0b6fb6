import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadOrCreateSecrets } from '@repo/config/secrets'
import { openDatabase } from '@repo/db/database'
import { openEmbeddedPostgres } from '@repo/db/embedded'
import { migrate } from '@repo/db/migrate'
import { takeReset } from '@repo/db/queries/password-resets'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addUser } from '@repo/db/testing/populate'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function account(words: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const { DATABASE_URL: _, PUBLIC_URL: __, ...rest } = process.env
  const program = Bun.spawn([process.execPath, join(import.meta.dir, '..', 'account.ts'), ...words], {
    env: { ...rest, ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [code, out, err] = await Promise.all([
    program.exited,
    new Response(program.stdout).text(),
    new Response(program.stderr).text(),
  ])
  return { code, out, err }
}

const hashOf = (link: string) =>
  Buffer.from(new Bun.CryptoHasher('sha256').update(link.trim().split('#')[1] ?? '').digest())

describe('bun run account reset-password', () => {
  test('prints a link, and nothing else, by which that user sets a password', async () => {
    const { id } = await addUser(database.sql, { username: 'ada' })
    const env = { DATABASE_URL: database.url, PUBLIC_URL: 'https://uptime.example.com' }
    const { code, out, err } = await account(['reset-password', 'Ada'], env)
    expect([code, out]).toEqual([0, expect.stringMatching(/^https:\/\/uptime\.example\.com\/reset#[\w-]{43}\n$/)])
    expect(err).toContain('30 minutes')
    expect(await takeReset(database.sql, hashOf(out), Date.now())).toEqual({ kind: 'taken', userId: id })
    expect(await takeReset(database.sql, hashOf(out), Date.now())).toEqual({ kind: 'used' })
  })

  test('works on the data directory of an instance that is stopped, and on no other', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'betteruptime-account-'))
    chmodSync(directory, 0o711)
    try {
      const password = loadOrCreateSecrets(directory).databasePassword
      const words = ['reset-password', 'eve', '--data', directory]
      {
        await using server = await openEmbeddedPostgres({ dataDirectory: directory, password, onProgress: () => {} })
        await migrate(server.url)
        await using running = openDatabase(server.url, { connections: 1, onError: () => {} })
        await addUser(running.sql, { username: 'eve' })
        const refused = await account(words)
        expect([refused.code, refused.out]).toEqual([1, ''])
        expect(refused.err).toMatch(/^betteruptime: another instance \(pid \d+\) uses .*: stop it/)
      }
      const { code, out } = await account(words)
      expect([code, out]).toEqual([0, expect.stringMatching(/^http:\/\/localhost:3000\/reset#[\w-]{43}\n$/)])
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }, 30_000)

  const refused: [string, string[], Record<string, string>, string][] = [
    ['a user that there is not', ['reset-password', 'nobody'], {}, 'betteruptime: there is no user nobody\n'],
    ['no user', ['reset-password'], {}, "error: missing required argument 'username'\n"],
    [
      'a database that does not answer',
      ['reset-password', 'ada'],
      { DATABASE_URL: 'postgresql://x:secret@127.0.0.1:1/x' },
      'betteruptime: connect ECONNREFUSED 127.0.0.1:1\n',
    ],
    [
      'a variable that is none',
      ['reset-password', 'ada'],
      { PUBLIC_URL: 'https://uptime.example.com/path' },
      'betteruptime: PUBLIC_URL: takes no path\n',
    ],
  ]
  test.each(refused)('says in one line what is wrong with %s', async (_, words, env, line) => {
    expect(await account(words, { DATABASE_URL: database.url, ...env })).toEqual({ code: 1, out: '', err: line })
  })

  test('says in one line where there is no instance', async () => {
    const { code, err } = await account(['reset-password', 'ada', '--data', '/nowhere'])
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^betteruptime: there is no instance in \/nowhere: [^\n]*\n$/),
    ])
  })

  test('explains itself', async () => {
    const { code, out } = await account(['reset-password', '--help'])
    expect([code, out]).toEqual([0, expect.stringContaining('a second factor stays')])
  })
})
