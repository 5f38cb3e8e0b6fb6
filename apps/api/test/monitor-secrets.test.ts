import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type CheckSpec, checkSpecSchema } from '@repo/contracts/check-spec'
import type { Monitor } from '@repo/contracts/monitors'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { mapSecrets, secretContext } from '@repo/contracts/spec-secrets'
import { findMonitor } from '@repo/db/queries/monitors'
import type { Check } from '@repo/domain/check'
import { parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import { makeWorkspaceId } from '@repo/domain/testing'
import { createKeyring } from '@repo/secrets/keyring'
import { isSealed } from '@repo/secrets/sealed-text'
import { run } from '@repo/streams/testing/eventually'
import { sealChange, sealSpec } from '../src/monitor-secrets.ts'
import { AppError } from '../src/problems.ts'
import { type ApiInstance, openApi, problemOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

type Person = Awaited<ReturnType<ApiInstance['addPerson']>>

const url = 'https://shop.example/'
const spec = {
  kind: 'http',
  url,
  auth: { kind: 'basic', username: 'SEKRET-user', password: 'SEKRET-password' },
  headers: [
    { name: 'Accept', value: 'text/html' },
    { name: 'X-Key', value: 'SEKRET-key' },
  ],
} as const
const set = { set: true } as const
const kept = {
  ...spec,
  auth: { kind: 'basic', username: set, password: set },
  headers: [spec.headers[0], { name: 'x-key', value: set }],
} as const

async function create(person: Person, wanted: object = spec): Promise<Monitor> {
  const answer = await api.ask('/api/v1/monitors', { token: person.token, body: { spec: wanted } })
  expect(answer.status).toBe(201)
  const text = await answer.text()
  expect(text).not.toContain('SEKRET')
  return JSON.parse(text) as Monitor
}

function change(person: Person, id: string, changed: object): Promise<Response> {
  const body = { spec: changed }
  return api.ask(`/api/v1/monitors/${id}`, { method: 'PATCH', token: person.token, body })
}

async function storedSpec(workspaceId: WorkspaceId, id: string): Promise<CheckSpec> {
  const monitor = await findMonitor(api.deps.sql, { workspaceId, id: parseMonitorId(id) })
  return storedSpecSchema.parse(monitor?.spec)
}

const opened = (workspaceId: WorkspaceId, stored: CheckSpec) =>
  mapSecrets(stored, (text, place) => api.deps.keyring.open(String(text), secretContext(workspaceId, place)))

describe('the secrets of a monitor', () => {
  test('are shown to nobody, and everything else is', async () => {
    const person = await api.addPerson()
    const monitor = await create(person)
    expect(monitor.spec).toMatchObject({
      url,
      auth: { kind: 'basic', username: set, password: set },
      headers: [
        { name: 'Accept', value: 'text/html' },
        { name: 'X-Key', value: set },
      ],
    })
    for (const path of ['/api/v1/monitors', `/api/v1/monitors/${monitor.id}`])
      expect(await (await api.ask(path, { token: person.token })).text()).not.toContain('SEKRET')
  })

  test('are stored sealed, for their workspace', async () => {
    const person = await api.addPerson()
    const stored = await storedSpec(person.workspaceId, (await create(person)).id)
    const found: unknown[] = []
    mapSecrets(stored, (text) => found.push(text))
    expect(found).toHaveLength(3)
    expect(found.every((text) => isSealed(String(text)))).toBe(true)
    expect(opened(person.workspaceId, stored)).toMatchObject(spec)
    const other = await api.addPerson()
    expect(() => opened(other.workspaceId, stored)).toThrow('not to be opened')
  })

  test('that look sealed are sealed like any other: nobody can have something opened that is not theirs', async () => {
    const [person, other] = [await api.addPerson(), await api.addPerson()]
    const theirs = await storedSpec(other.workspaceId, (await create(other)).id)
    const stolen = 'auth' in theirs && theirs.auth?.kind === 'basic' ? theirs.auth.password : ''
    expect(isSealed(stolen)).toBe(true)
    const { id } = await create(person, { kind: 'http', url, auth: { kind: 'bearer', token: stolen } })
    expect(opened(person.workspaceId, await storedSpec(person.workspaceId, id))).toMatchObject({
      auth: { token: stolen },
    })
  })

  test('stay as they are where a change says that they are set', async () => {
    const person = await api.addPerson()
    const { id } = await create(person)
    const answer = await change(person, id, { ...kept, url: `${url}other`, timeoutMs: 500 })
    expect(answer.status).toBe(200)
    const after = opened(person.workspaceId, await storedSpec(person.workspaceId, id))
    expect(after).toMatchObject({ url: `${url}other`, auth: spec.auth, timeoutMs: 500 })
    expect('headers' in after && after.headers).toEqual([
      { name: 'Accept', value: 'text/html' },
      { name: 'x-key', value: 'SEKRET-key' },
    ])
  })

  test('are replaced one by one', async () => {
    const person = await api.addPerson()
    const { id } = await create(person)
    const auth = { kind: 'basic', username: set, password: 'SEKRET-new' }
    expect((await change(person, id, { ...kept, auth })).status).toBe(200)
    const after = opened(person.workspaceId, await storedSpec(person.workspaceId, id))
    expect(after).toMatchObject({ auth: { username: 'SEKRET-user', password: 'SEKRET-new' } })
  })

  const elsewhere: [string, object][] = [
    ['another host', { url: 'https://evil.example/' }],
    ['another port', { url: 'https://shop.example:8443/' }],
    ['an unprotected connection', { url: 'http://shop.example/' }],
    ['another proxy', { proxy: { host: 'evil.example', port: 3_128 } }],
    ['where other name servers point', { nameServers: ['9.9.9.9'] }],
    ['whoever has any certificate', { tls: { verify: false } }],
  ]
  test.each(elsewhere)('are not kept where they would go to %s', async (_where, changed) => {
    const person = await api.addPerson()
    const { id } = await create(person)
    const before = await storedSpec(person.workspaceId, id)
    const problem = await problemOf(await change(person, id, { ...kept, ...changed }))
    expect(problem).toMatchObject({ status: 400, code: 'invalid_body' })
    expect(problem.errors?.map(({ field }) => field).toSorted()).toEqual([
      'spec.auth.password',
      'spec.auth.username',
      'spec.headers.1.value',
    ])
    expect(problem.detail).toContain('is kept only where it goes to the same place')
    expect(await storedSpec(person.workspaceId, id)).toEqual(before)
    // Given anew, they may go there.
    expect((await change(person, id, { ...spec, ...changed })).status).toBe(200)
  })

  const nowhere: [string, object, string][] = [
    ['a field that had none', { auth: { kind: 'bearer', token: set } }, 'spec.auth.token'],
    ['a header that was not there', { headers: [{ name: 'X-Other', value: set }] }, 'spec.headers.0.value'],
    ['a header that is no secret', { headers: [{ name: 'Accept', value: set }] }, 'spec.headers.0.value'],
  ]
  test.each(nowhere)('cannot be kept in %s', async (_where, changed, field) => {
    const person = await api.addPerson()
    const { id } = await create(person)
    const problem = await problemOf(await change(person, id, { ...spec, ...changed }))
    expect(problem).toMatchObject({ status: 400, code: 'invalid_body', errors: [{ field }] })
  })

  test('cannot be kept in a new monitor', async () => {
    const person = await api.addPerson()
    const answer = await api.ask('/api/v1/monitors', { token: person.token, body: { spec: kept } })
    expect(answer.status).toBe(400)
  })

  test('stay sealed on their way to a check that somebody asks for', async () => {
    const person = await api.addPerson()
    const { id } = await create(person)
    const answer = await api.ask(`/api/v1/monitors/${id}/check`, { method: 'POST', token: person.token, body: {} })
    expect(answer.status).toBe(202)
    const [region = parseRegion('a')] = api.deps.regions
    const taken: Check<CheckSpec>[] = []
    const subscription = { group: region, consumer: 'test', batchSize: 10, reclaimAfterMs: 60_000 }
    const got = Promise.withResolvers<void>()
    const reading = run((signal) =>
      api.deps.urgentOf(region).consume(
        subscription,
        async (batch) => {
          taken.push(...batch)
          got.resolve()
        },
        signal,
      ),
    )
    await got.promise
    await reading.stop()
    const check = taken.find(({ monitorId }) => monitorId === id)
    expect(check?.workspaceId).toBe(person.workspaceId)
    expect(JSON.stringify(check)).not.toContain('SEKRET')
    expect(check && opened(person.workspaceId, check.spec)).toMatchObject({ auth: spec.auth })
  })

  test('are not taken by an instance that has no key to encrypt them with, and all else is', () => {
    const keyring = createKeyring([])
    const workspaceId = makeWorkspaceId()
    const refusal = (act: () => unknown) => {
      try {
        return act()
      } catch (error) {
        return error instanceof AppError && [error.code, error.errors?.map(({ field }) => field), error.detail]
      }
    }
    const wanted = checkSpecSchema.parse({ kind: 'http', url, auth: { kind: 'bearer', token: 'SEKRET' } })
    const refused = [
      'invalid_body',
      ['spec.auth.token'],
      'spec.auth.token: cannot be kept: this instance has no INSTANCE_KEYS to encrypt it with',
    ]
    const change = { workspaceId, changed: wanted, stored: { kind: 'http', url } }
    expect(refusal(() => sealSpec(keyring, workspaceId, wanted))).toEqual(refused)
    expect(refusal(() => sealChange(keyring, change))).toEqual(refused)
    const bare = checkSpecSchema.parse({ kind: 'http', url, headers: [{ name: 'Accept', value: 'text/html' }] })
    expect(sealSpec(keyring, workspaceId, bare)).toBe(bare)
  })

  test('are told of in the description of the API', async () => {
    const answer = await api.ask('/api/v1/openapi.json')
    const shown = JSON.stringify(((await answer.json()) as { paths: object }).paths)
    expect(shown).toContain('"set":{"type":"boolean"')
  })
})
