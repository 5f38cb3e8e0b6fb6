import { expect, test } from 'bun:test'
import { openTestDatabase } from '@repo/db/testing'
import { addUser } from '@repo/db/testing/populate'
import { parseRegion } from '@repo/domain/region'
import { openSmtpServer } from '@repo/notifiers/testing'
import { createKeyring } from '@repo/secrets/keyring'
import { systemClock } from '@repo/service/clock'
import { createLog } from '@repo/service/log'
import { createOperator } from '@repo/service/operator-server'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { apiServices } from '../src/services.ts'
import { clientId, clientSecret, openOidcProvider } from '../testing/oidc-provider.ts'

test('the role sends mail and offers the login of the organisation, as it was configured', async () => {
  await using database = await openTestDatabase()
  await using smtp = await openSmtpServer()
  await using provider = await openOidcProvider()
  const listening = Promise.withResolvers<string>()
  const { api } = await apiServices({
    sql: database.sql,
    backend: createMemoryBackend(() => {}),
    clock: systemClock,
    log: createLog('api', 'silent'),
    operator: createOperator(),
    host: '127.0.0.1',
    port: 0,
    instanceSecret: 'x'.repeat(32),
    channels: new Map(),
    keyring: createKeyring([{ id: 'test', key: new Uint8Array(32) }]),
    access: {
      publicUrl: 'https://uptime.example.com',
      hosts: [],
      trustedProxies: [],
      signUp: 'open',
      requestsPerMinute: 1_000,
      limits: { monitors: 1, members: 1, checksPerMinute: 1, intervalFloorSeconds: 1 },
    },
    mail: { url: smtp.url, from: 'uptime@example.com', ca: undefined },
    oidc: { issuer: provider.issuer, clientId, clientSecret, name: 'Acme', allowedDomains: [] },
    egressAllow: [],
    regions: [parseRegion('a')],
    webOrigin: undefined,
    onListening: listening.resolve,
  })
  if (!api) throw new Error('there is no api')
  const server = run(api)
  server.ended.catch(listening.reject)
  const url = await listening.promise
  await addUser(database.sql, { email: 'ada@example.com' })

  const asked = await fetch(`${url}/api/v1/password-resets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com' }),
  })
  expect(asked.status).toBe(202)
  await eventually('a mail has arrived', () => smtp.mails.length === 1)
  expect(smtp.mails[0]?.from).toBe('uptime@example.com')

  const begun = await fetch(`${url}/api/v1/sign-in/oidc`, { redirect: 'manual' })
  expect(begun.headers.get('location')).toStartWith(`${provider.issuer}/authorize?`)
  const methods = await fetch(`${url}/api/v1/sign-in/methods`)
  expect(await methods.json()).toMatchObject({ oidc: { name: 'Acme' }, passwordReset: true })
  await server.stop()
}, 30_000)
