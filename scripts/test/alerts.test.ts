import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { alertPolicyListSchema } from '@repo/contracts/alerts'
import { addAlertPolicy, addChannel, addDelivery, addSchedule, makeRule } from '@repo/db/testing/alerting'
import { addIncident } from '@repo/db/testing/incidents'
import { addMonitor } from '@repo/db/testing/populate'
import { type ApiInstance, type Listening, openApi } from '../../apps/api/test/instance.ts'
import { type Receiver, startReceiver } from '../../packages/notifiers/testing/plain-webhook.ts'
import { createEgressPolicy } from '../../packages/probes/src/egress/egress.ts'

let api: ApiInstance
let listening: Listening
let receiver: Receiver
let person: Awaited<ReturnType<ApiInstance['addPerson']>>
let key: string
beforeAll(async () => {
  api = await openApi({ egress: createEgressPolicy({ allowedCidrs: ['127.0.0.1'] }) })
  listening = await api.listen()
  receiver = startReceiver()
})
afterAll(async () => {
  await receiver[Symbol.asyncDispose]()
  await listening[Symbol.asyncDispose]()
  await api[Symbol.asyncDispose]()
})
beforeEach(async () => {
  person = await api.addPerson()
  key = await keyOf(['read', 'write'])
})

async function keyOf(scopes: readonly string[]): Promise<string> {
  const body = { name: 'Command line', scopes }
  const made = await api.ask('/api/v1/keys', { token: person.token, body })
  return ((await made.json()) as { key: string }).key
}

interface Asking {
  readonly env?: Record<string, string>
  readonly input?: string
}

async function alerts(words: string, { env, input = '' }: Asking = {}) {
  const { BETTERUPTIME_URL: _, BETTERUPTIME_API_KEY: __, ...rest } = process.env
  const program = Bun.spawn([process.execPath, join(import.meta.dir, '..', 'alerts.ts'), ...words.split(' ')], {
    env: { ...rest, ...(env ?? { BETTERUPTIME_URL: listening.url, BETTERUPTIME_API_KEY: key }) },
    ...{ stdin: new Blob([input]), stdout: 'pipe', stderr: 'pipe' },
  })
  const [code, out, err] = await Promise.all([
    program.exited,
    new Response(program.stdout).text(),
    new Response(program.stderr).text(),
  ])
  return { code, out, err }
}

/** What it printed, where it did what it was asked. */
async function said(words: string, asking?: Asking): Promise<string> {
  const { code, out, err } = await alerts(words, asking)
  expect([code, err]).toEqual([0, ''])
  return out
}

/** The one line that says why it did not. */
async function complaint(words: string, asking?: Asking): Promise<string> {
  const { code, err } = await alerts(words, asking)
  expect([code, err.trim().split('\n').length]).toEqual([1, 1])
  return err.trim()
}

/** Lines of a table, and of each its cells. */
const cells = (table: string) =>
  table
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))

const nobody = '019e8a5c-1f00-7000-8000-0000000000aa'
const channelText = (path: string) =>
  JSON.stringify({ name: 'ops', kind: 'webhook', settings: { url: receiver.urlOf(path) } })

async function createChannel(path: string): Promise<string> {
  const [, [id = ''] = []] = cells(await said('channels create -', { input: channelText(path) }))
  return id
}

describe('bun run alerts channels', () => {
  test('are set up from a document, listed, tested and deleted', async () => {
    const id = await createChannel('good')
    expect(cells(await said('channels list'))).toEqual([
      ['ID', 'NAME', 'KIND', 'STATE', 'LAST ACCEPTED'],
      [id, 'ops', 'webhook', 'well', '-'],
    ])
    expect(cells(await said(`channels test ${id}`))).toEqual([
      ['OUTCOME', 'REASON', 'ANSWER'],
      ['accepted', '-', 'thanks'],
    ])
    expect(receiver.received.at(-1)).toMatchObject({ path: 'good', alert: { event: 'test' } })
    expect(await said(`channels delete ${id}`)).toContain(id)
    expect(await said('channels list')).toBe('no channels\n')
  })

  test('are not well where a test is not accepted: that is a failure, with what the provider said', async () => {
    const id = await createChannel('bad')
    receiver.answer('bad', { status: 500 })
    const { code, out, err } = await alerts(`channels test ${id}`)
    expect([code, err.trim()]).toEqual([1, expect.stringMatching(/^betteruptime: the test was not accepted: \S/)])
    expect(out).toContain('retry')
  })

  test('are listed page by page', async () => {
    for (const name of ['one', 'two', 'three'])
      await addChannel(api.deps.sql, { workspaceId: person.workspaceId, name })
    const { out, err } = await alerts('channels list --limit 2')
    expect(cells(out).map(([, name]) => name)).toEqual(['NAME', 'one', 'two'])
    const [, cursor] = /--cursor (\S+)/.exec(err) ?? []
    expect(cells(await said(`channels list --limit 2 --cursor ${cursor}`)).map(([, name]) => name)).toEqual([
      ...['NAME', 'three'],
    ])
  })

  test('cannot steer the terminal by their names', async () => {
    const name = '\u001b[2J\u202eops'
    await addChannel(api.deps.sql, { workspaceId: person.workspaceId, name })
    const out = await said('channels list')
    for (const sign of ['\u001b', '\u202e']) expect(out).not.toContain(sign)
    expect(out).toContain('[2J ops')
  })
})

describe('bun run alerts policies', () => {
  test('are decided by a document, listed, and say who would be told what', async () => {
    const channelId = await createChannel('policy')
    const input = JSON.stringify({ name: 'Everything', rule: makeRule(channelId) })
    const [, [policyId = ''] = []] = cells(await said('policies create -', { input }))
    expect(cells(await said('policies list'))).toEqual([
      ['ID', 'NAME', 'MONITORS', 'TOPICS', 'STEPS'],
      [policyId, 'Everything', 'all', 'down,recovered', '0 s'],
    ])
    const monitor = await addMonitor(api.deps.sql, person.workspaceId)
    const asked = `--monitor ${monitor.id} --at 2026-06-01T03:00:00Z --lasts 600`
    const told = [
      ['AT', 'EVENT', 'PART', 'CHANNEL', 'POLICY'],
      ['2026-06-01T03:00:00.000Z', 'down', 'opening', 'ops (webhook)', 'Everything'],
      ['2026-06-01T03:10:00.000Z', 'recovered', 'closing', 'ops (webhook)', 'Everything'],
    ]
    expect(cells(await said(`policies simulate ${asked}`))).toEqual(told)
    expect(cells(await said(`policies simulate ${policyId} ${asked}`))).toEqual(told)
    const other = await addAlertPolicy(api.deps.sql, {
      ...{ workspaceId: person.workspaceId, rule: makeRule(channelId, { topics: ['degraded'] }) },
    })
    expect(await said(`policies simulate ${other.id} ${asked}`)).toBe('nobody would be told\n')
    expect(await complaint(`policies simulate ${nobody} ${asked}`)).toBe('betteruptime: Not found (not_found)')
  })
})

describe('bun run alerts on-call', () => {
  test('tells who is on call by each schedule, by name where the key may see names', async () => {
    const { workspaceId, id: userId, username } = person
    const id = await addSchedule(api.deps.sql, { workspaceId, userId })
    expect(cells(await said('on-call'))).toEqual([
      ['ID', 'SCHEDULE', 'ON CALL'],
      [id, 'Rota', username],
    ])
    key = await keyOf(['monitors:read'])
    expect(cells(await said('on-call'))[1]).toEqual([id, 'Rota', userId])
  })
})

describe('bun run alerts deliveries', () => {
  test('tells what was told, and of one state alone where that is asked for', async () => {
    const { sql } = api.deps
    const { workspaceId } = person
    const incidentId = await addIncident(sql, await addMonitor(sql, workspaceId))
    const channelId = await addChannel(sql, { workspaceId })
    await addDelivery(sql, { workspaceId, channelId, incidentId })
    const [names, row] = cells(await said('deliveries list'))
    expect(names).toEqual(['DUE', 'EVENT', 'STATE', 'CHANNEL', 'ATTEMPTS', 'LAST ANSWER'])
    expect(row).toContain('ops (webhook)')
    expect(await said('deliveries list --state dead')).toBe('nothing was told\n')
    expect(await complaint('deliveries list --state lost')).toContain("argument 'lost' is invalid")
  })
})

describe('bun run alerts incidents', () => {
  test('are listed, and acknowledged by their id', async () => {
    const id = await addIncident(api.deps.sql, await addMonitor(api.deps.sql, person.workspaceId, { name: 'Shop' }))
    expect(cells(await said('incidents list --open'))).toEqual([
      ['ID', 'MONITOR', 'SEVERITY', 'BEGAN', 'ENDED', 'ACKNOWLEDGED', 'CAUSE'],
      [id, 'Shop', 'down', '2026-06-01T11:59:00.000Z', '-', '-', 'refused'],
    ])
    expect(await said(`incidents acknowledge ${id}`)).toContain(person.username)
    expect(cells(await said('incidents list'))[1]).toContain(`a key of ${person.username}`)
  })
})

describe('bun run alerts', () => {
  test('prints with --json what the API answered', async () => {
    await addAlertPolicy(api.deps.sql, { workspaceId: person.workspaceId, rule: makeRule(crypto.randomUUID()) })
    const { items } = alertPolicyListSchema.parse(JSON.parse(await said('policies list --json')))
    const answer = await api.ask('/api/v1/alert-policies', { token: person.token })
    expect(await answer.json()).toEqual({ items })
  })

  const own = () => ({ BETTERUPTIME_URL: listening.url, BETTERUPTIME_API_KEY: key })
  const refused: [string, string, () => Asking, string][] = [
    [
      'no key',
      'channels list',
      () => ({ env: { BETTERUPTIME_URL: listening.url } }),
      'BETTERUPTIME_API_KEY: is not set',
    ],
    ['no address', 'on-call', () => ({ env: { BETTERUPTIME_API_KEY: key } }), '--url or BETTERUPTIME_URL'],
    ['an address that is none', '--url ftp://x on-call', () => ({ env: own() }), 'must start with https://'],
    [
      'a key that is none',
      'on-call',
      () => ({ env: { ...own(), BETTERUPTIME_API_KEY: 'wrong' } }),
      '(unauthenticated)',
    ],
    ['an instance that is away', '--url http://127.0.0.1:1 on-call', () => ({}), 'cannot reach http://127.0.0.1:1'],
    ['an id that is none', 'channels delete ../keys', () => ({}), 'Not found (not_found)'],
    ['a file that is not there', 'channels create /nowhere.json', () => ({}), 'cannot read /nowhere.json'],
    ['a document that is none', 'channels create -', () => ({ input: '{' }), 'the standard input is not JSON'],
    ['a document of something else', 'policies create -', () => ({ input: '{}' }), 'name: '],
    ['a number that is none', 'channels list --limit many', () => ({}), 'It is not a whole number'],
    ['a command that there is not', 'chanels', () => ({}), "unknown command 'chanels'"],
  ]
  test.each(refused)('says in one line why it cannot, given %s', async (_what, words, asking, line) => {
    expect(await complaint(words, asking())).toContain(line)
  })

  test('says in one line that a key may not do what is asked', async () => {
    key = await keyOf(['monitors:read'])
    expect(await complaint('channels create -', { input: channelText('x') })).toContain('(insufficient_scope)')
  })

  test('sends the key nowhere else: whoever answers with a redirect is no instance', async () => {
    const asked: string[] = []
    using elsewhere = Bun.serve({ port: 0, fetch: ({ url }) => new Response(`${asked.push(url)}`) })
    using lying = Bun.serve({ port: 0, fetch: () => Response.redirect(`http://127.0.0.1:${elsewhere.port}/`) })
    const env = { ...own(), BETTERUPTIME_URL: `http://127.0.0.1:${lying.port}` }
    expect(await complaint('on-call', { env })).toContain('is it the address of an instance?')
    expect(asked).toEqual([])
  })

  test('repeats the key in no complaint', async () => {
    const { err } = await alerts('on-call', { env: { ...own(), BETTERUPTIME_API_KEY: 'bu_very-secret' } })
    expect(err).not.toContain('very-secret')
  })

  test('--help names every command, with examples', async () => {
    const out = await said('--help')
    for (const name of [
      'channels',
      'policies',
      'on-call',
      'deliveries',
      'incidents',
      'Examples:',
      'BETTERUPTIME_API_KEY',
    ])
      expect(out).toContain(name)
  })
})
