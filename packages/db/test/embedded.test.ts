import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sql as text } from 'drizzle-orm'
import { openDatabase } from '../src/database.ts'
import { chooseAccount } from '../src/embedded/account.ts'
import { findBinaries } from '../src/embedded/binaries.ts'
import { isAlive, startOf, waitUntilGone } from '../src/embedded/process.ts'
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../src/embedded.ts'

const root = mkdtempSync(join(tmpdir(), 'betteruptime-embedded-'))
const first = join(root, 'first')
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Made once: the tests take copies, which are what a second start finds. */
let firstSteps: string[] = []
beforeAll(async () => {
  mkdirSync(first)
  const { server, steps } = await open(first)
  await query(server, 'create table note as select 42 as answer')
  await server[Symbol.asyncDispose]()
  firstSteps = steps
}, 60_000)

async function open(dataDirectory: string, settings: readonly string[] = []) {
  const steps: string[] = []
  const onProgress = (step: string) => steps.push(step)
  const server = await openEmbeddedPostgres({ dataDirectory, password: 'secret', onProgress, settings })
  return { server, steps }
}

function copyOfFirst(): string {
  const directory = join(root, crypto.randomUUID())
  expect(spawnSync('cp', ['-a', first, directory]).status).toBe(0)
  return directory
}

async function query(server: EmbeddedPostgres, statement: string): Promise<unknown[]> {
  await using database = openDatabase(server.url, { connections: 1, onError: () => {} })
  return (await database.sql.execute(text.raw(statement))).rows
}

/** Opens the directory, finds the data of the first start, and stops. Gives what was said on the way. */
async function findsItsData(directory: string): Promise<string[]> {
  const { server, steps } = await open(directory)
  try {
    expect(await query(server, 'select answer from note')).toEqual([{ answer: 42 }])
  } finally {
    await server[Symbol.asyncDispose]()
  }
  expect(isAlive(server.pid)).toBe(false)
  return steps
}

async function complaintOf(directory: string, settings: readonly string[] = []): Promise<string> {
  const opened = await open(directory, settings).catch((error: Error) => error)
  if (!(opened instanceof Error)) {
    await opened.server[Symbol.asyncDispose]()
    throw new Error('it was opened')
  }
  expect(opened.message).not.toContain('\n')
  return opened.message
}

describe('the embedded PostgreSQL', () => {
  test('makes its cluster at the first start, says so, and leaves nothing half-made', () => {
    expect(firstSteps).toEqual(['making the database (once)'])
    expect(readdirSync(first)).toEqual(['postgres'])
  })

  test('finds its data at the second', async () => {
    expect(await findsItsData(copyOfFirst())).toEqual([])
  })

  test('lets nobody in without the password', async () => {
    const { server } = await open(copyOfFirst())
    const url = server.url.replace('secret', 'guess')
    expect(await query({ ...server, url }, 'select 1').catch((error: Error) => error.message)).toContain('password')
    await server[Symbol.asyncDispose]()
  })

  test('tells when its server ends without being asked to', async () => {
    const { server } = await open(copyOfFirst())
    process.kill(server.pid, 'SIGQUIT')
    await server.exited
    await server[Symbol.asyncDispose]()
  })

  test('makes its cluster anew when the first start was interrupted', async () => {
    const directory = join(root, crypto.randomUUID())
    mkdirSync(join(directory, 'postgres.new', 'base'), { recursive: true })
    writeFileSync(join(directory, 'postgres.new', 'PG_VERSION'), '18\n')
    writeFileSync(join(directory, 'postgres.password'), 'half')
    const { server, steps } = await open(directory)
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    await server[Symbol.asyncDispose]()
    expect(steps).toEqual(['making the database (once)'])
    expect(readdirSync(directory)).toEqual(['postgres'])
  })
})

describe('what an earlier run left', () => {
  const lockOf = (directory: string) => join(directory, 'postgres', 'postmaster.pid')
  const goneProcess = () => spawnSync('true').pid

  test('as the lock file of a server that is gone is cleared', async () => {
    const directory = copyOfFirst()
    writeFileSync(lockOf(directory), `${goneProcess()}\n${join(directory, 'postgres')}\n`)
    expect(await findsItsData(directory)).toEqual(['cleared what an earlier run had left (stale lock)'])
  })

  test('as a lock file whose number is another program by now is cleared, and the program is left alone', async () => {
    const directory = copyOfFirst()
    const other = Bun.spawn(['sleep', '60'])
    writeFileSync(lockOf(directory), `${other.pid}\n`)
    expect(await findsItsData(directory)).toEqual(['cleared what an earlier run had left (stale lock)'])
    expect(isAlive(other.pid)).toBe(true)
    other.kill()
  })

  test('as an unreadable lock file is cleared', async () => {
    const directory = copyOfFirst()
    writeFileSync(lockOf(directory), 'half a li')
    expect(await findsItsData(directory)).toEqual(['cleared what an earlier run had left (stale lock)'])
  })

  test('as a server that outlived its parent is stopped before the next one starts', async () => {
    const directory = copyOfFirst()
    const orphan = await startServerOfNobody(directory)
    try {
      expect(await findsItsData(directory)).toEqual(['cleared what an earlier run had left (orphan)'])
      expect(await waitUntilGone(orphan.pid, 10_000)).toBe(true)
    } finally {
      orphan.kill('SIGQUIT')
    }
  })

  test.each([
    ['whose holder is gone', () => `${goneProcess()} 12345\n`],
    ['whose number is another process by now', () => `${process.pid} 1\n`],
    ['that was half written', () => ''],
  ])('as an instance lock %s is replaced', async (_which, makeLock) => {
    const directory = copyOfFirst()
    writeFileSync(join(directory, 'instance.lock'), makeLock())
    await findsItsData(directory)
    expect(existsSync(join(directory, 'instance.lock'))).toBe(false)
  })

  async function startServerOfNobody(directory: string): Promise<Bun.Subprocess> {
    const { postgres } = await findBinaries()
    const { prefix } = chooseAccount([dirname(postgres), directory])
    const outliving = prefix.filter((word) => word !== '--pdeathsig' && word !== 'INT')
    const cluster = join(directory, 'postgres')
    const words = [postgres, '-D', cluster, '-p', `${freePort()}`, '-c', 'unix_socket_directories=']
    const server = Bun.spawn([...(outliving.length > 1 ? outliving : []), ...words], {
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      stderr: 'pipe',
    })
    const reader = server.stderr.getReader()
    for (let said = ''; !said.includes('ready to accept connections'); ) {
      const { value, done } = await reader.read()
      if (done) throw new Error(`the orphan did not start: ${said}`)
      said += new TextDecoder().decode(value)
    }
    return server
  }

  function freePort(): number {
    const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    listener.stop()
    return listener.port
  }
})

describe('a program that is killed', () => {
  test('takes its server with it, and the next start finds its data', async () => {
    const directory = copyOfFirst()
    const program = Bun.spawn([process.execPath, join(import.meta.dir, 'embedding-program.ts'), directory], {
      stdout: 'pipe',
    })
    const { value } = await program.stdout.getReader().read()
    const serverPid = Number(new TextDecoder().decode(value))
    expect(isAlive(serverPid)).toBe(true)
    program.kill('SIGKILL')
    await program.exited
    await findsItsData(directory)
    expect(await waitUntilGone(serverPid, 10_000)).toBe(true)
  })
})

describe('a directory is refused in one line', () => {
  test('while another living instance uses it', async () => {
    const directory = copyOfFirst()
    const { server } = await open(directory)
    expect(await complaintOf(directory)).toBe(
      `another instance (pid ${process.pid}) uses ${directory}: stop it, or choose another directory with --data`,
    )
    expect(await query(server, 'select answer from note')).toEqual([{ answer: 42 }])
    await server[Symbol.asyncDispose]()
  })

  test('when another major version made its cluster, and can be used by that one afterwards', async () => {
    const directory = copyOfFirst()
    const version = join(directory, 'postgres', 'PG_VERSION')
    writeFileSync(version, '17\n')
    expect(await complaintOf(directory)).toContain('was made by PostgreSQL 17 and this is 18: dump it')
    writeFileSync(version, '18\n')
    expect(await findsItsData(directory)).toEqual([])
  })

  test('when the server does not start in it, with its own words', async () => {
    const directory = copyOfFirst()
    expect(await complaintOf(directory, ['shared_buffers=much'])).toContain('FATAL:  invalid value for parameter')
    expect(await findsItsData(directory)).toEqual([])
  })
})

describe('a process', () => {
  test('is alive until it has ended, also before anybody has taken note of its end', async () => {
    expect(isAlive(process.pid)).toBe(true)
    const zombie = Bun.spawn(['sh', '-c', 'true & echo $!; exec sleep 60'], { stdout: 'pipe' })
    const { value } = await zombie.stdout.getReader().read()
    expect(await waitUntilGone(Number(new TextDecoder().decode(value)), 5_000)).toBe(true)
    zombie.kill()
  })

  test.each([[0], [-1], [1.5], [Number.NaN]])('is not %p', (pid) => expect(isAlive(pid)).toBe(false))

  test('started at a moment that does not change and that no other shares its number with', () => {
    expect(startOf(process.pid)).not.toBe('')
    expect(startOf(process.pid)).toBe(startOf(process.pid))
  })
})
