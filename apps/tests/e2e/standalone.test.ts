import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MonitorPage } from '@repo/contracts/monitors'
import { targetOf } from '@repo/contracts/spec-target'
import { openTestDatabase } from '@repo/db/testing'
import { startHttpTarget } from '@repo/probes/testing'
import { startRedis } from '@repo/streams/testing'
import { clientOf, newClient, send } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Program, root, startProgram } from '../src/program.ts'

let data: string
let programs: Program[]

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'betteruptime-standalone-'))
  programs = []
})
afterEach(async () => {
  for (const program of programs) program.kill('SIGKILL')
  await Promise.all(programs.map((program) => program.exited))
  await eventually('the database has ended', () => processesOf(data).length === 0)
  rmSync(data, { recursive: true, force: true })
})

function start(args: readonly string[] = [], env: Record<string, string> = {}): Program {
  const program = startProgram('apps/standalone/src/main.ts', ['--data', data, ...args], {
    REGION_CANARIES: 'self',
    ...env,
  })
  programs.push(program)
  return program
}

async function startReady(args: readonly string[] = ['--port', '0'], env: Record<string, string> = {}) {
  const program = start(args, env)
  const [, url = ''] = await program.until(/is ready: (http:\S+)/)
  return { program, url }
}

/** The processes whose command line names this directory: the server of its database. */
function processesOf(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).includes(`${directory}/postgres`))
    .map(Number)
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** One readable line, and no trace of where in the code it came from. */
function expectOneLine(program: Program, words: string): void {
  const lines = program.said().trim().split('\n')
  expect(lines.at(-1)).toContain(words)
  expect(lines.at(-1)).toStartWith('betteruptime: ')
  expect(program.said()).not.toMatch(/\n\s+at /)
}

describe('an instance in one process', () => {
  test('keeps people, monitors and ticks over a restart, and its secrets to itself', async () => {
    const target = await startHttpTarget()
    const first = await startReady()
    const person = await newClient(first.url)
    await person.call('POST', '/website/create', { url: target.url })
    await eventually('a tick', async () => (await person.status(target.url)).status === 'UP')
    const secrets = readFileSync(join(data, 'secrets.json'), 'utf8')
    expect(statSync(join(data, 'secrets.json')).mode & 0o777).toBe(0o600)
    expect(await first.program.stop()).toBe(0)

    const second = await startReady()
    const again = await send(second.url, { method: 'GET', path: '/api/v1/monitors?recent=60', token: person.token })
    const { items } = (await again.json()) as MonitorPage
    expect(items.map((monitor) => [targetOf(monitor.spec), monitor.status, monitor.recent.length > 0])).toEqual([
      [target.url, 'up', true],
    ])
    expect(readFileSync(join(data, 'secrets.json'), 'utf8')).toBe(secrets)
    expect(second.program.said()).not.toContain('making the database')
    await target.stop()
  })

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'stops by itself and all that it started on %s, within ten seconds',
    async (signal) => {
      const { program } = await startReady()
      expect(processesOf(data).length).toBeGreaterThan(0)
      const startedAt = performance.now()
      program.kill(signal)
      expect(await program.exited).toBe(0)
      expect(performance.now() - startedAt).toBeLessThan(10_000)
      expect(processesOf(data)).toEqual([])
    },
  )

  test('takes its database down when it is killed, and starts again from what is there', async () => {
    const { program, url } = await startReady()
    const person = await newClient(url)
    program.kill('SIGKILL')
    await program.exited

    const again = await startReady()
    expect((await send(again.url, { method: 'GET', path: '/api/v1/session', token: person.token })).status).toBe(200)
  })

  test('clears the lock file of a database server that is gone', async () => {
    const { program } = await startReady()
    await program.stop()
    // The number of a process that lives and is no database of ours, as after a restart of the machine.
    writeFileSync(join(data, 'postgres', 'postmaster.pid'), `${process.pid}\n${data}/postgres\n`)
    const again = await startReady()
    expect(again.program.said()).toContain('cleared what an earlier run had left')
  })

  test('runs its database as another user where it is started by root', async () => {
    await startReady()
    const [server = 0] = processesOf(data)
    const [, owner = ''] = readFileSync(`/proc/${server}/status`, 'utf8').match(/^Uid:\s+(\d+)/m) ?? []
    expect(Number(owner) === 0).toBe(false)
  })

  test('uses the PostgreSQL and the Redis that it is given', async () => {
    await using database = await openTestDatabase()
    await using redis = await startRedis()
    const target = await startHttpTarget()
    const { program, url } = await startReady(['--port', '0'], { DATABASE_URL: database.url, REDIS_URL: redis.url })
    const person = await newClient(url)
    await person.call('POST', '/website/create', { url: target.url })
    await eventually('a tick', async () => (await person.status(target.url)).status === 'UP')
    expect(existsSync(join(data, 'postgres'))).toBe(false)
    expect(await program.stop()).toBe(0)
    await target.stop()
  })

  test('allows no private target where it listens beyond this machine, unless it is told to', async () => {
    const target = await startHttpTarget()
    const credentials = { username: 'ada', password: 'correct horse battery' }
    const signIn = async (url: string) => {
      const answer = await send(url, { method: 'POST', path: '/users/signin', body: credentials })
      return clientOf(url, ((await answer.json()) as { token: string }).token)
    }
    const first = await startReady()
    await send(first.url, { method: 'POST', path: '/users/signup', body: credentials })
    const before = await signIn(first.url)
    await before.createMonitor({ spec: { kind: 'http', url: target.url }, intervalSeconds: 1 })
    await eventually('status UP', async () => (await before.status(target.url)).status === 'UP')
    await first.program.stop()
    const asked = target.requests.length

    const second = await startReady(['--port', '0', '--host', '0.0.0.0'])
    const person = await signIn(second.url.replace('0.0.0.0', '127.0.0.1'))
    const refused = await person.call('POST', '/website/create', { url: `${target.url}another` })
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('loopback')])
    // What was kept before is judged again where it is used: not looked at, and not called down.
    const monitors = async () => (await (await person.call('GET', '/api/v1/monitors')).json()) as MonitorPage
    await eventually('it is blocked', async () => (await monitors()).items[0]?.cause?.code === 'BLOCKED_ADDRESS')
    expect((await person.status(target.url)).status).toBe('Unknown')
    expect(target.requests.length).toBe(asked)
    await target.stop()
  })
})

describe('an instance that cannot start says why in one line and exits with 1', () => {
  test('a port that is in use', async () => {
    const other = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
    const program = start(['--port', String(other.port)])
    expect(await program.exited).toBe(1)
    expectOneLine(
      program,
      `cannot listen on 127.0.0.1:${other.port}: it is in use: stop what listens there, or choose another with --port`,
    )
    expect(processesOf(data)).toEqual([])
    await other.stop()
  })

  test('a directory that another instance uses', async () => {
    await startReady()
    const program = start(['--port', '0'])
    expect(await program.exited).toBe(1)
    expectOneLine(program, `uses ${data}: stop it, or choose another directory with --data`)
  })

  const refused: [string, string[], Record<string, string>, string][] = [
    [
      'a data directory that is a file',
      ['--data', join(root, 'package.json')],
      {},
      'it is a file; choose another directory with --data',
    ],
    [
      'a data directory that cannot be made',
      ['--data', '/proc/betteruptime'],
      {},
      'choose another directory with --data',
    ],
    ['an unknown flag', ['--prot', '1'], {}, "unknown option '--prot'"],
    ['a port that is none', ['--port', 'http'], {}, 'PORT: '],
    ['a database that is away', ['--port', '0'], { DATABASE_URL: 'postgresql://127.0.0.1:1/none' }, 'ECONNREFUSED'],
    [
      'a Redis that is away',
      ['--port', '0'],
      { REDIS_URL: 'redis://127.0.0.1:1' },
      'cannot use Redis at redis://127.0.0.1:1',
    ],
  ]
  test.each(refused)('%s', async (_what, args, env, words) => {
    const program = start(args, env)
    expect(await program.exited).toBe(1)
    expectOneLine(program, words)
  })

  test('--help is no failure and names every flag', async () => {
    const program = start(['--help'])
    expect(await program.exited).toBe(0)
    for (const flag of ['--host', '--port', '--data', 'DATABASE_URL', 'REDIS_URL'])
      expect(program.said()).toContain(flag)
  })
})

describe('npm start', () => {
  test('stops everything when the package manager alone is told to stop', async () => {
    // Where there is Bun alone, it is the package manager.
    const start = Bun.which('npm') ? ['npm', 'start', '--'] : [process.execPath, 'run', 'start']
    const launcher = Bun.spawn([...start, '--data', data, '--port', '0'], {
      cwd: root,
      stdout: 'pipe',
      stderr: 'inherit',
    })
    for await (const chunk of launcher.stdout) if (new TextDecoder().decode(chunk).includes('is ready')) break
    expect(processesOf(data).length).toBeGreaterThan(0)
    launcher.kill('SIGTERM')
    await launcher.exited
    await eventually('nothing of it runs', () => processesOf(data).length === 0)
  }, 60_000)
})
