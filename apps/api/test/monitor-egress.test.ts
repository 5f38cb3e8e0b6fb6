import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type CheckSpec, checkSpecSchema } from '@repo/contracts/check-spec'
import { countMonitors } from '@repo/db/queries/monitor-list'
import { createEgressPolicy } from '@repo/probes/egress'
import { otherSchemes, publicHosts, refusedUrls, unparsable } from '@repo/probes/testing/forbidden-hosts'
import { z } from 'zod'
import { targetsOf } from '../src/monitor-egress.ts'
import { type ApiInstance, openApi, problemOf } from './instance.ts'

/**
 * What somebody gives as an address is judged when it is saved. It is judged again with each check, where a row that came into
 * the database by another way is refused too: the tests of the egress policy and of each check type, in the probes, say so.
 */

let api: ApiInstance
let person: { readonly token: string; readonly workspaceId: string }
beforeAll(async () => {
  api = await openApi()
  person = await api.addPerson()
})
afterAll(() => api[Symbol.asyncDispose]())

const http = (url: string) => ({ kind: 'http', url })
const save = (spec: unknown) => api.ask('/api/v1/monitors', { token: person.token, body: { spec } })

async function refusedFields(answer: Response): Promise<string[]> {
  const problem = await problemOf(answer)
  expect([problem.status, problem.code]).toEqual([400, 'invalid_body'])
  return (problem.errors ?? []).map(({ field }) => field)
}

describe('the URL of a monitor that is to be saved', () => {
  test('is tried in more than 120 spellings of places that are nobody’s business', () => {
    expect(new Set(refusedUrls).size).toBeGreaterThan(120)
  })

  test.each([...refusedUrls, ...unparsable, ...otherSchemes])('may not be %p', async (url) => {
    expect(await refusedFields(await save(http(url)))).toEqual(['spec.url'])
  })

  test.each([
    'http://good@127.0.0.1',
    'http://user:secret@example.com/',
    'http://exa\tmple.com/',
    'http://exa\nmple.com/',
    'http://exa\r\nmple.com/a',
    'http://example.com/\0',
    'http://example.com:22/',
    'http://example.com:25/',
    'http://example.com:5432/',
    'http://example.com:6379/',
    'http://example.com:11211/',
    'http://redis/',
    'http://postgres:8080/',
  ])('may not be %p either', async (url) => {
    expect(await refusedFields(await save(http(url)))).toEqual(['spec.url'])
  })

  test.each([...publicHosts])('may be at %p', async (host) => {
    expect((await save(http(`http://${host}/`))).status).toBe(201)
  })

  test('is judged by every way to write it', async () => {
    const { token, workspaceId } = await api.addPerson()
    const spec = http('http://127.1/')
    const created = await api.ask('/api/v1/monitors', { token, body: { spec: http('https://example.com/') } })
    const { id } = (await created.json()) as { id: string }
    const ways: [string, string, unknown, string][] = [
      ['PATCH', `/api/v1/monitors/${id}`, { spec }, 'spec.url'],
      ['POST', '/api/v1/monitors/test', { spec }, 'spec.url'],
      ['POST', '/api/v1/monitors/bulk', { action: 'create', monitors: [{ spec }] }, 'monitors.0.spec.url'],
      ['POST', '/api/v1/workspace/import', { format: 1, monitors: [{ spec }] }, 'monitors.0.spec.url'],
      ['POST', '/website/create', { url: spec.url }, 'url'],
    ]
    for (const [method, path, body, field] of ways)
      expect([path, await refusedFields(await api.ask(path, { token, method, body }))]).toEqual([path, [field]])
    const counts = await countMonitors(api.deps.sql, workspaceId)
    expect([...counts.values()]).toEqual([1])
  })
})

const addresses: readonly string[] = [
  '127.0.0.1',
  '::1',
  '10.0.0.5',
  '169.254.169.254',
  '127.1',
  '2130706433',
  '0x7f.1',
  'localhost',
  'redis',
  '１２７.０.０.１',
]
const resolvers = ['127.0.0.53', '10.0.0.1:53', '[::1]:53', 'fd00::1', '169.254.169.254', '1.2.3', '9.9.9.9:70000']

/** One spec of each check type with all the fields that hold an address, at public places. */
const wholeSpecs: Record<CheckSpec['kind'], Record<string, unknown>> = {
  http: { url: 'https://example.com/', proxy: { host: '9.9.9.9', port: 3128 }, nameServers: ['9.9.9.9'] },
  tcp: { host: 'example.com', port: 25, nameServers: ['9.9.9.9'] },
  tls: { host: 'example.com', nameServers: ['9.9.9.9'] },
  udp: { host: 'example.com', port: 53, send: 'x', nameServers: ['9.9.9.9'] },
  ping: { host: 'example.com', nameServers: ['9.9.9.9'] },
  grpc: { host: 'example.com', port: 443, nameServers: ['9.9.9.9'] },
  websocket: { url: 'wss://example.com/', nameServers: ['9.9.9.9'] },
  dns: { name: 'example.com', nameServers: ['9.9.9.9'] },
  domain: { domain: 'example.com' },
  heartbeat: { schedule: { kind: 'cron', expression: '@daily', timeZone: 'UTC' } },
}

const specOf = (kind: string, changed: object = {}) =>
  checkSpecSchema.parse({ ...wholeSpecs[kind as CheckSpec['kind']], kind, ...changed })

describe('an address in any check type', () => {
  const hosts = Object.entries(wholeSpecs).filter(([, whole]) => 'host' in whole)
  test.each(hosts)('is refused as the host of a %s check in every spelling', async (kind, whole) => {
    for (const host of addresses)
      expect([host, await refusedFields(await save({ kind, ...whole, host }))]).toEqual([host, ['spec.host']])
  })

  test('is refused as a proxy', async () => {
    for (const host of addresses) {
      const spec = { ...http('https://example.com/'), proxy: { host, port: 3128 } }
      expect([host, await refusedFields(await save(spec))]).toEqual([host, ['spec.proxy.host']])
    }
  })

  const asking = Object.entries(wholeSpecs).filter(([, whole]) => 'nameServers' in whole)
  test.each(asking)('is refused as a name server of a %s check', async (kind, whole) => {
    for (const server of resolvers) {
      const fields = await refusedFields(await save({ kind, ...whole, nameServers: ['9.9.9.9', server] }))
      expect([server, fields]).toEqual([server, ['spec.nameServers.1']])
    }
  })

  test('is refused as the URL of a WebSocket', async () => {
    for (const host of addresses)
      expect(
        await refusedFields(await save({ kind: 'websocket', url: `ws://${host.includes(':') ? `[${host}]` : host}/` })),
      ).toEqual(['spec.url'])
  })

  test('may be what the instance opens, and metadata never', async () => {
    await using open = await openApi({ egress: createEgressPolicy({ allowedCidrs: ['private'] }) })
    const { token } = await open.addPerson()
    const ask = async (spec: unknown) => (await open.ask('/api/v1/monitors', { token, body: { spec } })).status
    expect(await ask(http('http://127.0.0.1:8080/'))).toBe(201)
    expect(await ask({ kind: 'tcp', host: '10.0.0.5', port: 5432 })).toBe(201)
    expect(await ask(http('http://169.254.169.254/latest/meta-data/'))).toBe(400)
  })
})

/** Texts of specs that name no place to connect to. */
const harmless = new Set(
  'dns.name domain.domain heartbeat.schedule.expression heartbeat.schedule.timeZone tls.names tls.issuer tls.fingerprints tls.startTls grpc.service'.split(
    ' ',
  ),
)
const harmlessEverywhere =
  /\.(kind|method|type|ipVersion|httpVersion|httpsRule|redirectsTo|security|protocol|encoding|body|send|expect|expectPattern|subprotocol|headers\..*|metadata\..*|auth\..*|script\..*|tls\..*|assertions\..*|expected\..*|proxy\.(username|password))$/

test('every field of every check type that may hold an address is judged: a new one fails here until it is', () => {
  for (const option of checkSpecSchema.options) {
    const kind = option.shape.kind.value
    const judged = targetsOf(specOf(kind)).map(({ field }) => `${kind}.${field.replace(/\.\d+$/, '')}`)
    const doubtful = textFields(option)
      .map((path) => `${kind}.${path}`)
      .filter((path) => !harmless.has(path) && !harmlessEverywhere.test(path))
    expect(doubtful.sort()).toEqual(judged.sort())
  }
})

/** The paths of all texts in a schema; those in a list by the name of the list. */
function textFields(schema: z.ZodType, path: readonly string[] = []): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return textFields(schema.def.innerType as z.ZodType, path)
  if (schema instanceof z.ZodPipe) return textFields(schema.def.out as z.ZodType, path)
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([name, field]) => textFields(field as z.ZodType, [...path, name]))
  if (schema instanceof z.ZodArray) return textFields(schema.element as z.ZodType, path)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => textFields(option as z.ZodType, path))
  return schema instanceof z.ZodString ? [path.join('.')] : []
}
