import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createKey } from '@repo/db/queries/api-keys'
import { addMonitor, addUser } from '@repo/db/testing/populate'
import { parseApiKeyId } from '@repo/domain/ids'
import type { Scope } from '@repo/domain/scope'
import { noonMs } from '@repo/domain/testing'
import { Validator } from '@seriousme/openapi-schema-validator'
import fc from 'fast-check'
import { keyPrefix, makeToken } from '../src/access/link-tokens.ts'
import { bodySchemaOf, faultOf, parametersOf, type Route } from './contract-document.ts'
import { flows } from './contract-flows.ts'
import { openGround, repeatable } from './contract-ground.ts'
import { spoiltValuesOf, valuesOf } from './contract-inputs.ts'
import { type ApiInstance, openApi, signIn } from './instance.ts'
import { startRegion } from './test-run-region.ts'

const api = await openApi()
const regions = ['a', 'b'].map((name) => startRegion(api.deps, name))
afterAll(async () => {
  for (const region of regions) await region.stop()
  await api[Symbol.asyncDispose]()
})
const passwordHash = await api.deps.passwords.hash('correct horse battery')
const ground = await openGround(api)
const { document, routes, note } = ground
const named = routes.map((route): [string, Route] => [route.name, route])

interface Visitor {
  readonly token: string
  readonly monitorId: string
}

async function newVisitor(): Promise<Visitor> {
  const { id, workspaceId } = await addUser(api.deps.sql, { passwordHash })
  return { token: await signIn(api.deps, id), monitorId: (await addMonitor(api.deps.sql, workspaceId)).id }
}

interface Input {
  readonly body: unknown
  readonly path: readonly unknown[]
  readonly query: readonly unknown[]
}

async function send(route: Route, { body, path, query }: Input, visitor: Visitor): Promise<Response> {
  const inPath = parametersOf(route, 'path')
  const address = inPath.reduce((filled, { name }, index) => {
    const value = path[index] === 'mine' ? visitor.monitorId : String(path[index])
    return filled.replace(`{${name}}`, encodeURIComponent(value.toWellFormed()) || 'x')
  }, route.path)
  const search = new URLSearchParams()
  for (const [index, { name }] of parametersOf(route, 'query').entries())
    if (query[index] !== undefined) search.set(name, asText(query[index]))
  return api.ask(`/api/v1${address}?${search}`, {
    method: route.method,
    token: visitor.token,
    ...(bodySchemaOf(route) && { body: JSON.stringify(body ?? null) }),
  })
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed()

const ids = fc.oneof(
  { weight: 4, arbitrary: fc.constant('mine') },
  { weight: 1, arbitrary: fc.uuid() },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 60 }) },
)

function inputsOf(route: Route, isSpoilt: boolean): fc.Arbitrary<Input> {
  const body = bodySchemaOf(route)
  const query = parametersOf(route, 'query').map(({ name, schema }) =>
    fc.option(isSpoilt ? fc.oneof(valuesOf(schema, name), fc.jsonValue(), fc.string()) : valuesOf(schema, name), {
      nil: undefined,
    }),
  )
  return fc.record({
    body: body ? (isSpoilt ? spoiltValuesOf(body) : valuesOf(body)) : fc.constant(undefined),
    path: fc.tuple(...parametersOf(route, 'path').map(() => ids)),
    query: fc.tuple(...query),
  })
}

describe('the description of the API', () => {
  test('is an OpenAPI 3.1 document', async () => {
    const found = await new Validator().validate({ ...document })
    expect(found).toEqual({ valid: true })
  })
})

describe.each(named)('%s', (_name, route) => {
  test.each([
    ['that fits its description', false, 8],
    ['of which a part is not as it should be', true, 14],
  ])('answers as it says it does to input %s', async (_what, isSpoilt, numRuns) => {
    const found: string[] = []
    let visitor = await newVisitor()
    await fc.assert(
      fc.asyncProperty(inputsOf(route, isSpoilt), async (input) => {
        const answer = await send(route, input, visitor)
        const { status } = answer
        note(route, status)
        const fault = await faultOf(route, answer)
        if (fault) found.push(`${fault}\n  to ${JSON.stringify(input).slice(0, 500)}`)
        // Some end the very session, or the workspace.
        if (status < 300 && route.method === 'DELETE') visitor = await newVisitor()
      }),
      { ...repeatable, numRuns },
    )
    expect(found).toEqual([])
  })
})

const lists = (status: number) => named.filter(([, { operation }]) => operation.responses[status])
/** Whoever guesses at these has to have something to guess about. */
const byFlow429 = new Set(['POST /sign-in/second-factor', 'POST /password-resets'])
const isGuarded = ({ operation }: Route) => operation['x-needs'] !== undefined

describe('without what opens it', () => {
  test.each(lists(401).filter(([, route]) => isGuarded(route)))('%s answers 401', async (_name, route) => {
    expect((await ground.ask(route, {})).status).toBe(401)
  })

  test.each(lists(403).filter(([, route]) => isGuarded(route)))(
    '%s answers 403 to a key for something else',
    async (name, route) => {
      const { token } = await newKey([name.endsWith('/audit') ? 'keys:read' : 'audit:read'])
      expect((await ground.ask(route, { token })).status).toBe(403)
    },
  )

  test.each(lists(403).filter(([, route]) => !isGuarded(route)))(
    '%s answers 403 to a page of another site',
    async (_name, route) => {
      expect((await ground.ask(route, { headers: { origin: 'https://evil.example' } })).status).toBe(403)
    },
  )
})

describe('too often', () => {
  let busy: ApiInstance
  beforeAll(async () => {
    busy = await openApi({ requestsPerMinute: 1 })
  })
  afterAll(() => busy[Symbol.asyncDispose]())

  test.each(lists(429).filter(([, route]) => isGuarded(route)))('%s answers 429', async (_name, route) => {
    const { token } = await busy.addPerson()
    // Who may do one thing a minute has done it.
    await busy.ask('/api/v1/session', { token })
    expect((await ground.ask(route, { at: busy, token })).status).toBe(429)
  })

  const guessed = lists(429).filter(([name, route]) => !isGuarded(route) && !byFlow429.has(name))
  test.each(guessed)('%s answers 429', async (_name, route) => {
    let status = 0
    for (let time = 0; time < 310 && status !== 429; time += 1) ({ status } = await ground.ask(route, { at: busy }))
    expect(status).toBe(429)
  })
})

describe('by a way that is known', () => {
  // On an instance of their own: what was guessed before is counted, and people are known by their passwords here.
  let own: ApiInstance
  beforeAll(async () => {
    own = await openApi()
  })
  afterAll(() => own[Symbol.asyncDispose]())

  test.each(Object.entries(flows))('%s', async (_what, flow) => {
    await flow(await openGround(own, ground.seen))
  })
})

async function newKey(scopes: readonly Scope[]) {
  const { id, workspaceId } = await addUser(api.deps.sql)
  const { token, hash } = makeToken(keyPrefix)
  const made = {
    id: parseApiKeyId(Bun.randomUUIDv7()),
    workspaceId,
    createdBy: id,
    name: 'key',
    prefix: 'bu_',
    hash,
    scopes,
  }
  await createKey(api.deps.sql, { ...made, nowMs: noonMs, expiresAtMs: null })
  return { token }
}

test('each status that a route lists was seen', () => {
  const missing = routes.flatMap((route) =>
    Object.keys(route.operation.responses)
      .filter((status) => !ground.seen.get(route.name)?.has(Number(status)))
      .map((status) => `${route.name} ${status}`),
  )
  expect(missing).toEqual([])
})
