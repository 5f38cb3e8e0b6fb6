import { describe, expect, test } from 'bun:test'
import { checkSpecSchema } from '../src/check-spec.ts'
import { createMonitorSchema } from '../src/monitors.ts'
import { secretFields } from '../src/spec-secrets.ts'

const http = { kind: 'http', url: 'https://shop.example/' }
const certificate = { certificate: '-----BEGIN CERTIFICATE-----', key: '-----BEGIN PRIVATE KEY-----' }

describe('a secret of a specification', () => {
  const rows: [object, string[]][] = [
    [http, []],
    [{ ...http, headers: [{ name: 'Accept-Language', value: 'de' }] }, []],
    [{ ...http, auth: { kind: 'bearer', token: 't' } }, ['auth']],
    [
      {
        ...http,
        headers: [
          { name: 'Accept', value: 'a' },
          { name: 'X-API-Key', value: 'k' },
        ],
      },
      ['headers.1'],
    ],
    [{ ...http, headers: [{ name: 'cookie', value: 'k' }] }, ['headers.0']],
    [{ ...http, proxy: { host: 'proxy.example', port: 3_128 } }, []],
    [{ ...http, proxy: { host: 'proxy.example', port: 3_128, username: 'u', password: 'p' } }, ['proxy.password']],
    [{ kind: 'tls', host: 'shop.example', tls: { clientCertificate: certificate } }, ['tls.clientCertificate']],
    [{ kind: 'grpc', host: 'shop.example', port: 443, metadata: [{ name: 'x-token', value: 't' }] }, ['metadata.0']],
    [{ kind: 'websocket', url: 'wss://shop.example', auth: { kind: 'basic', username: 'u', password: 'p' } }, ['auth']],
  ]
  test.each(rows)('%j is at %j', (spec, fields) => {
    expect(secretFields(checkSpecSchema.parse(spec))).toEqual(fields)
  })

  test('is refused at the door, where it is said why', () => {
    const { error } = createMonitorSchema.safeParse({ spec: { ...http, auth: { kind: 'bearer', token: 'SEKRET' } } })
    expect(error?.issues).toMatchObject([
      { path: ['spec', 'auth'], message: expect.stringContaining('cannot be kept') },
    ])
    expect(JSON.stringify(error)).not.toContain('SEKRET')
  })
})
