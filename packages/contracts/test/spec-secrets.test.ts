import { describe, expect, test } from 'bun:test'
import { makeWorkspaceId } from '@repo/domain/testing'
import { z } from 'zod'
import { type CheckSpec, checkSpecSchema } from '../src/check-spec.ts'
import { changeMonitorSchema } from '../src/monitors.ts'
import { destinationOf } from '../src/spec-destination.ts'
import { changedSpecSchema, shownSpecSchema, storedSpecSchema } from '../src/spec-schemas.ts'
import { mapSecrets, maskSpec, type SecretNode, secretContext, secretFields, secretNodes } from '../src/spec-secrets.ts'

const http = { kind: 'http', url: 'https://shop.example/' }
const clientCertificate = { certificate: '-----BEGIN CERTIFICATE-----', key: '-----BEGIN PRIVATE KEY-----' }
const headers = [
  { name: 'Accept', value: 'text/html' },
  { name: 'X-API-Key', value: 'k' },
]

/** One of each check type with every secret that it can have, as paths. */
const rows: [object, string[]][] = [
  [http, []],
  [{ ...http, headers: [{ name: 'Accept-Language', value: 'de' }] }, []],
  [{ ...http, auth: { kind: 'bearer', token: 't' } }, ['auth.token']],
  [{ ...http, auth: { kind: 'basic', username: 'u', password: 'p' } }, ['auth.username', 'auth.password']],
  [{ ...http, auth: { kind: 'api-key', in: 'query', name: 'key', value: 'v' } }, ['auth.value']],
  [{ ...http, headers }, ['headers.1.value']],
  [{ ...http, headers: [{ name: 'X-Anything', value: 'k' }] }, ['headers.0.value']],
  [{ ...http, method: 'POST', body: '{"password":"p"}' }, ['body']],
  [{ ...http, proxy: { host: 'proxy.example', port: 3_128 } }, []],
  [
    { ...http, proxy: { host: 'proxy.example', port: 3_128, username: 'u', password: 'p' } },
    ['proxy.username', 'proxy.password'],
  ],
  [{ kind: 'tls', host: 'shop.example', tls: { clientCertificate } }, ['tls.clientCertificate.key']],
  [
    { kind: 'tcp', host: 'shop.example', port: 6_379, script: [{ expect: 'hi' }, { send: 'AUTH p' }] },
    ['script.1.send'],
  ],
  [{ kind: 'udp', host: 'shop.example', port: 27_015, send: 'rcon p' }, ['send']],
  [
    { kind: 'grpc', host: 'shop.example', port: 443, metadata: headers, tls: { clientCertificate } },
    ['metadata.1.value', 'tls.clientCertificate.key'],
  ],
  [
    { kind: 'websocket', url: 'wss://shop.example', auth: { kind: 'bearer', token: 't' }, headers, send: 'login p' },
    ['auth.token', 'headers.1.value', 'send'],
  ],
  [{ kind: 'ping', host: 'shop.example' }, []],
  [{ kind: 'dns', name: 'shop.example' }, []],
  [{ kind: 'domain', domain: 'shop.example' }, []],
  [{ kind: 'heartbeat', schedule: { kind: 'period', seconds: 60 } }, []],
]

const sealed = `sealed.v1.k.${'A'.repeat(80)}.${'A'.repeat(16)}.${'A'.repeat(22)}`
const parsed = (spec: object): CheckSpec => checkSpecSchema.parse(spec)

describe('the secrets of a specification', () => {
  test.each(rows)('%j are at %j', (spec, fields) => {
    expect(secretFields(parsed(spec)).toSorted()).toEqual(fields.toSorted())
  })

  test.each(rows)('%j are not shown, and everything else is', (spec) => {
    const whole = parsed(spec)
    const shown = maskSpec(whole)
    expect(shownSpecSchema.parse(shown)).toEqual(shown)
    const marks = JSON.stringify(shown).split('{"set":true}').length - 1
    expect(marks).toBe(secretFields(whole).length)
    expect(mapSecrets(shown as CheckSpec, () => 'x')).toEqual(mapSecrets(whole, () => 'x'))
  })

  test.each(rows)('%j may be kept in a change', (spec) => {
    const shown = maskSpec(parsed(spec))
    expect(changedSpecSchema.parse(shown)).toEqual(shown)
  })

  test.each(rows)('%j are stored sealed, and read as such', (spec) => {
    const stored = mapSecrets(parsed(spec), () => sealed)
    expect(storedSpecSchema.parse(stored)).toEqual(stored)
    expect(storedSpecSchema.parse(parsed(spec))).toEqual(parsed(spec))
  })

  test('leave a specification as it is where nothing changes', () => {
    const spec = parsed({ ...http, headers })
    expect(mapSecrets(spec, (secret) => secret)).toBe(spec)
  })

  test('have a place by the name of their header, wherever in the list it stands', () => {
    const context = (list: object[]) => {
      const places: string[] = []
      mapSecrets(parsed({ ...http, headers: list }), (secret, { name }) => {
        places.push(name)
        return secret
      })
      return places
    }
    const [key, other] = [
      { name: 'X-Key', value: 'k' },
      { name: 'X-Other', value: 'k' },
    ]
    expect(context([key, other])).toEqual(['headers[x-key]', 'headers[x-other]'])
    expect(context([other, key, key])).toEqual(['headers[x-other]', 'headers[x-key]', 'headers[x-key]#2'])
  })

  test('are bound to their workspace and their place', () => {
    const [one, other] = [makeWorkspaceId(), makeWorkspaceId()]
    const place = { name: 'auth.token', path: 'auth.token' }
    const contexts = [
      secretContext(one, place),
      secretContext(other, place),
      secretContext(one, { name: 'body', path: 'body' }),
    ]
    expect(new Set(contexts).size).toBe(3)
  })

  test('that are wrong are told of as they are where no mark may stand', () => {
    const { error } = changeMonitorSchema.safeParse({ spec: { ...http, auth: { kind: 'bearer', token: 'a\nb' } } })
    expect(error?.issues).toMatchObject([
      { path: ['spec', 'auth', 'token'], message: 'has line ends or a NUL character' },
    ])
  })
})

describe('a check type', () => {
  /** What looks like a credential, or is sent to the target. */
  const suspicious =
    /passw|secret|token|auth|credential|cookie|user|key|^value$|header|metadata|body|send|payload|script/i
  /** Those that look like one and are none, each for a reason. */
  const harmless = new Set([
    'auth.kind',
    'auth.in',
    // Under which name a key is sent is told by the answer to anyone.
    'auth.name',
    'headers.name',
    'metadata.name',
    'script.expect',
    'script.expectPattern',
    'script.startTls',
    // What is looked for in an answer is shown with the answer.
    'assertions.kind',
    'assertions.is',
    'assertions.name',
    'assertions.value',
    'assertions.severity',
    'assertions.ignoreCase',
    'assertions.at',
    'tls.clientCertificate.certificate',
  ])

  test.each(checkSpecSchema.options.map((option) => [option.shape.kind.value, option] as const))(
    '%s has no field that may be a credential and is not known as one',
    (_kind, schema) => {
      const candidates = leavesOf(schema).filter((path) => suspicious.test(path) && !harmless.has(path))
      expect(candidates.filter((path) => !isKnown(path.split('.'), { kind: 'fields', of: secretNodes }))).toEqual([])
    },
  )
})

function isKnown([step = '', ...rest]: readonly string[], node: SecretNode | undefined): boolean {
  switch (node?.kind) {
    case 'fields':
      return isKnown(rest, node.of[step])
    case 'each':
      return isKnown([step, ...rest], node.of)
    case 'headers':
      return step === 'value'
    default:
      return node !== undefined && step === ''
  }
}

/** The paths of all fields that hold no further ones; items of a list by the list's. */
function leavesOf(schema: z.core.$ZodType, path = ''): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return leavesOf(schema.def.innerType, path)
  if (schema instanceof z.ZodArray) return leavesOf(schema.element, path)
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap((option) => leavesOf(option, path)))]
  if (!(schema instanceof z.ZodObject)) return [path]
  return Object.entries(schema.shape).flatMap(([name, inner]) =>
    leavesOf(inner as z.core.$ZodType, path === '' ? name : `${path}.${name}`),
  )
}

describe('where secrets go', () => {
  const whole = {
    ...http,
    proxy: { host: 'proxy.example', port: 3_128 },
    nameServers: ['192.0.2.53'],
    tls: { serverName: 'a.example' },
  }
  const destination = (spec: object) => destinationOf(parsed(spec))

  test.each([
    ['the path', { url: 'https://shop.example/other?x=1' }],
    ['the spelling of the host', { url: 'https://SHOP.example:443' }],
    ['the method', { method: 'POST' }],
    ['the timeout', { timeoutMs: 500 }],
    ['the password of the proxy', { proxy: { host: 'proxy.example', port: 3_128, password: 'p' } }],
  ])('is the same when %s changes', (_what, changed) => {
    expect(destination({ ...whole, ...changed })).toBe(destination(whole))
  })

  test.each([
    ['the host', { url: 'https://evil.example/' }],
    ['the port', { url: 'https://shop.example:8443/' }],
    ['the scheme', { url: 'http://shop.example/' }],
    ['the proxy', { proxy: { host: 'evil.example', port: 3_128 } }],
    ['the port of the proxy', { proxy: { host: 'proxy.example', port: 1 } }],
    ['the use of a proxy', { proxy: undefined }],
    ['the name servers', { nameServers: ['203.0.113.53'] }],
    ['whether the certificate is looked at', { tls: { serverName: 'a.example', verify: false } }],
    ['the name in the certificate', { tls: { serverName: 'evil.example' } }],
    ['the authorities', { tls: { serverName: 'a.example', ca: '-----BEGIN CERTIFICATE-----' } }],
  ])('is elsewhere when %s changes', (_what, changed) => {
    expect(destination({ ...whole, ...changed })).not.toBe(destination(whole))
  })

  test('is elsewhere when a port is spoken to without TLS', () => {
    const grpc = { kind: 'grpc', host: 'shop.example', port: 443 }
    expect(destination({ ...grpc, security: 'none' })).not.toBe(destination(grpc))
    expect(destination({ ...grpc, port: 444 })).not.toBe(destination(grpc))
  })
})
