/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { channelSettingsSchema } from '@repo/contracts/channels'
import { exampleIdentity, exampleSubscription } from '@repo/notifiers/testing/push-receiver'
import type { Page } from 'playwright-core'
import { root } from '../src/program.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'

setDefaultTimeout(60_000)

const site = openSite()

/** Puts what subscribes onto the page, as a script of its own origin. */
async function loadSubscribing(page: Page): Promise<void> {
  const built = await Bun.build({ entrypoints: [join(root, 'apps/web/src/push/subscribe.ts')] })
  const body = await built.outputs[0]?.text()
  await page.route('**/subscribing.js', (route) => route.fulfill({ contentType: 'text/javascript', body: body ?? '' }))
  await page.goto('/signin')
  await page.evaluate("import('/subscribing.js').then((made) => { globalThis.subscribing = made })")
}

const subscribe = (page: Page) => page.evaluate(`subscribing.subscribe('${exampleIdentity.publicKey}')`)

interface Stub {
  /** The key of a subscription that is there already. */
  readonly known: string | null
  readonly asked: { endedKnown: boolean; key: unknown; isVisible: unknown }
}

/** In place of the push service of the browser's maker, which nobody can reach here: gives the subscription of the RFC. */
async function stubPushService(page: Page, known: string | null): Promise<() => Promise<Stub['asked']>> {
  await page.evaluate(
    ({ given, p256dh, auth }) => {
      const bytesOf = (text: string) =>
        Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0)).buffer
      const asked = { endedKnown: false, key: undefined as unknown, isVisible: undefined as unknown }
      const keys: Record<string, string> = { p256dh, auth }
      Object.assign(globalThis, { asked })
      PushManager.prototype.getSubscription = async () =>
        (given === null
          ? null
          : {
              options: { applicationServerKey: bytesOf(given) },
              unsubscribe: async () => {
                asked.endedKnown = true
              },
            }) as never
      PushManager.prototype.subscribe = async (options) => {
        asked.key = options?.applicationServerKey
        asked.isVisible = options?.userVisibleOnly
        return { endpoint: 'https://push.example/1', getKey: (name: string) => bytesOf(keys[name] ?? '') } as never
      }
    },
    { given: known, ...exampleSubscription },
  )
  return () => page.evaluate('asked') as Promise<Stub['asked']>
}

describe('a browser that subscribes', () => {
  test.each([
    ['had no subscription', null, false],
    ['was subscribed by the same key', exampleIdentity.publicKey, false],
    ['was subscribed by another key, which it leaves', exampleSubscription.p256dh, true],
  ])('gives settings that a channel takes: one that %s', async (_what, known, endedKnown) => {
    await using watched = await openPage(site.browser, { url: site.url })
    const { page } = watched
    await page.context().grantPermissions(['notifications'], { origin: site.url })
    await loadSubscribing(page)
    const asked = await stubPushService(page, known)
    const { p256dh, auth } = exampleSubscription
    const settings = { endpoint: 'https://push.example/1', p256dh, auth }
    expect(await subscribe(page)).toEqual({ kind: 'subscribed', settings })
    expect(channelSettingsSchema.parse({ kind: 'web_push', ...settings })).toMatchObject(settings)
    expect(await asked()).toEqual({ endedKnown, key: exampleIdentity.publicKey, isVisible: true })
    expect(await page.evaluate('navigator.serviceWorker.controller?.scriptURL ?? null')).toBeNull()
    expect(watched.offences).toEqual([])
  })

  test('says so where the person does not permit it, and starts nothing', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    const { page } = watched
    // What is not granted here is denied from then on.
    await page.context().grantPermissions(['geolocation'])
    await loadSubscribing(page)
    expect(await subscribe(page)).toEqual({ kind: 'denied' })
    const registered = page.evaluate('navigator.serviceWorker.getRegistrations().then(({ length }) => length)')
    expect(await registered).toBe(0)
  })

  test.each([
    ['its push service is out of reach', 'AbortError', 'unreachable'],
    ['it is not permitted after all', 'NotAllowedError', 'denied'],
  ])('says so where %s', async (_what, name, kind) => {
    await using watched = await openPage(site.browser, { url: site.url })
    const { page } = watched
    await page.context().grantPermissions(['notifications'], { origin: site.url })
    await loadSubscribing(page)
    expect(await page.evaluate('subscribing.pushObstacle() ?? null')).toBeNull()
    await page.evaluate((refused) => {
      PushManager.prototype.subscribe = () => Promise.reject(new DOMException('no', refused))
    }, name)
    expect(await subscribe(page)).toEqual({ kind })
  })
})
