import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type HttpTarget, startHttpTarget } from '../testing/http-target.ts'
import { startTarget } from '../testing/target.ts'

let site: HttpTarget

beforeAll(async () => {
  site = await startHttpTarget({ body: 'hello' })
})
afterAll(() => site.stop())

interface Run {
  readonly args: readonly string[]
  readonly input?: string
  readonly allow?: string
}

async function run({ args, input = '', allow = '127.0.0.1' }: Run) {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/../src/cli.ts`, ...args], {
    stdin: Buffer.from(input),
    stdout: 'pipe',
    stderr: 'pipe',
    env: { ...process.env, PROBE_ALLOWED_CIDRS: allow },
  })
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { exitCode: await child.exited, out, err }
}

describe('a check on the command line', () => {
  test('of a site that is up says so and shows where the time went', async () => {
    const { exitCode, out, err } = await run({ args: [site.url] })
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toStartWith(`UP  ${site.url}\nanswered 200 in `)
    expect(out).toMatch(/^ {2}connect +[\d.]+ ms {2,}█+$/m)
    expect(out).toContain('HTTP/1.1 200, 5 bytes')
  })

  test('of a site that is down ends with 2 and tells how to repeat it', async () => {
    const broken = await startHttpTarget({ status: 500, body: 'no database' })
    const { exitCode, out } = await run({ args: [broken.url] })
    await broken.stop()
    expect(exitCode).toBe(2)
    expect(out).toContain('Response: answered 500, expected 200-299 [UNEXPECTED_STATUS]')
    expect(out).toContain('  no database')
    expect(out).toContain(`'${broken.url}'`)
  })

  test('of a site that works, but not well, ends with 1', async () => {
    const busy = await startHttpTarget({ status: 429 })
    expect((await run({ args: [busy.url] })).exitCode).toBe(1)
    await busy.stop()
  })

  test('of an address that nobody has opened ends with 3', async () => {
    const { exitCode, out } = await run({ args: [site.url], allow: '' })
    expect(exitCode).toBe(3)
    expect(out).toContain('Not checked: leads to a loopback address (127.0.0.1) [BLOCKED_ADDRESS]')
  })

  test('prints the outcome and nothing else where JSON is wished', async () => {
    const { out } = await run({ args: ['--json', site.url] })
    expect(JSON.parse(out)).toMatchObject({ verdict: 'up', code: 'OK', status: 200, httpVersion: '1.1', bodyBytes: 5 })
    expect(Object.keys(JSON.parse(out).phases)).toEqual(['dns', 'connect', 'tls', 'firstByte', 'transfer', 'total'])
  })

  test('takes a whole specification from its input, or from a file', async () => {
    const spec = JSON.stringify({ kind: 'http', url: site.url, expectedStatus: '201,300-399' })
    expect((await run({ args: ['--spec', '-', '--json'], input: spec })).out).toContain('expected 201, 300-399')
    const file = `${process.env.TMPDIR ?? '/tmp'}/spec-${crypto.randomUUID()}.json`
    await Bun.write(file, spec)
    expect((await run({ args: ['--spec', file] })).exitCode).toBe(2)
    await Bun.file(file).delete()
  })

  test('ends by the timeout that it was given', async () => {
    const silent = await startTarget([])
    const { exitCode, out } = await run({ args: ['--timeout', '0.3', '--json', silent.url] })
    await silent.stop()
    expect({ exitCode, code: JSON.parse(out).code }).toEqual({ exitCode: 2, code: 'TTFB_TIMEOUT' })
  })

  const mistakes: [string, readonly string[], RegExp, string?][] = [
    ['nothing to check', [], /give either a target or --spec FILE/],
    ['two things to check', ['http://a.example', '--spec', '-'], /give either/],
    ['an option that there is not', ['--what', 'x'], /unknown option '--what'/],
    ['a URL that is none', ['http://'], /^url: is not a valid URL$/m],
    ['a timeout that is none', ['--timeout', 'soon', 'http://a.example'], /--timeout is a number of seconds/],
    ['a port that is missing', ['tcp://a.example'], /^port: a port is required$/m],
    ['a file that there is not', ['--spec', '/no/such/file'], /cannot read \/no\/such\/file/],
    ['what is not JSON', ['--spec', '-'], /the specification is not JSON/, '{'],
    ['a kind that there is not', ['--spec', '-'], /^kind: /m, '{"kind":"gopher"}'],
    [
      'a field that there is not',
      ['--spec', '-'],
      /Unrecognized key: "colour"/,
      '{"kind":"ping","host":"a.example","colour":1}',
    ],
    ['no specification at all', ['--spec', '-'], /expected object/, '7'],
  ]
  test.each(mistakes)('refuses %s in one line', async (_what, args, message, input = '') => {
    const { exitCode, out, err } = await run({ args, input })
    expect({ exitCode, out }).toEqual({ exitCode: 64, out: '' })
    expect(err).toMatch(message)
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  test('refuses networks that are none', async () => {
    expect(await run({ args: [site.url], allow: 'everything' })).toMatchObject({ exitCode: 64, out: '' })
  })

  test('explains itself', async () => {
    const { exitCode, out } = await run({ args: ['--help'] })
    expect(exitCode).toBe(0)
    expect(out).toContain('PROBE_ALLOWED_CIDRS')
  })
})
