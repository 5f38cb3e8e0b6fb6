import { describe, expect, test } from 'bun:test'
import { channelSettingsSchema } from '@repo/contracts/channels'
import { createEgressPolicy } from '@repo/probes/egress'
import { createGuardedRequests } from '@repo/probes/guarded-request'
import { otherSchemes, refusedUrls, unparsable } from '@repo/probes/testing/forbidden-hosts'
import { startTarget } from '@repo/probes/testing/target'
import { createChannels } from '../src/registry.ts'
import { makeAlert } from '../testing/alerts.ts'
import { providers, startProvider } from '../testing/providers.ts'
import { exampleIdentity } from '../testing/push-receiver.ts'

/** Where no channel goes, however its address is spelt: a new kind is judged here as soon as it has a provider. */

const attempt = { signal: new AbortController().signal, nowMs: 0 }
const egress = createEgressPolicy({})
const noLookUp = () => Promise.reject(new Error('no look-up was needed'))

describe.each(Object.entries(providers))('%s', (_kind, { settings: settingsAt }) => {
  test('takes an address of the web alone', () => {
    for (const url of [...otherSchemes, ...unparsable, 'http://a:b@example.com', ''])
      expect([url, channelSettingsSchema.safeParse(settingsAt(url)).success]).toEqual([url, false])
  })

  test('is not sent to an address inside, even where it stands in its settings', async () => {
    const channels = createChannels({
      send: createGuardedRequests({ egress, resolve: noLookUp }),
      mailer: undefined,
      webPush: exampleIdentity,
    })
    for (const url of refusedUrls) {
      // As an older version, or a hand in the database, may have let it through.
      const settings = settingsAt(url.replace(/\/$/, ''))
      const delivery = await channels.get(settings.kind)?.deliver(makeAlert(), settings, attempt)
      expect([url, delivery?.kind]).toEqual([url, 'refused'])
    }
  })

  test('is judged by the addresses that its host turns out to have', async () => {
    const inside = await startTarget([])
    for (const addresses of [
      ['127.0.0.1'],
      ['93.184.216.34', '127.0.0.1'],
      ['::ffff:127.0.0.1'],
      ['169.254.169.254'],
    ]) {
      const resolve = () => Promise.resolve({ kind: 'addresses', addresses } as const)
      const channels = createChannels({
        send: createGuardedRequests({ egress, resolve }),
        mailer: undefined,
        webPush: exampleIdentity,
      })
      const settings = settingsAt(`http://hooks.example.com:${inside.port}`)
      const delivery = await channels.get(settings.kind)?.deliver(makeAlert(), settings, attempt)
      expect([addresses, delivery?.kind]).toEqual([addresses, 'refused'])
    }
    expect(inside.connections()).toBe(0)
    await inside.stop()
  })

  test('asks no proxy of the environment', async () => {
    const proxy = await startTarget([])
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY']
    for (const name of names) process.env[name] = proxy.url
    try {
      const own = createEgressPolicy({ allowedCidrs: ['127.0.0.0/8'] })
      const send = createGuardedRequests({ egress: own, resolve: noLookUp })
      const kind = settingsAt('http://any.example').kind as keyof typeof providers
      await using server = startProvider(providers[kind])
      const settings = channelSettingsSchema.parse(settingsAt(server.origin))
      const delivery = await createChannels({ send, mailer: undefined, webPush: exampleIdentity })
        .get(kind)
        ?.deliver(makeAlert(), settings, attempt)
      expect([delivery?.kind, proxy.connections()]).toEqual(['accepted', 0])
    } finally {
      for (const name of names) delete process.env[name]
      await proxy.stop()
    }
  })
})

test.each(['https://chat.example/?next=', 'https://chat.example/#'])(
  'a server is none with more than a path: %s',
  (server) => {
    for (const { settings } of Object.values(providers)) {
      const parsed = channelSettingsSchema.safeParse(settings(server))
      if ('server' in settings(server)) expect(parsed.success).toBe(false)
    }
  },
)
