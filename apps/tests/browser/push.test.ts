/// <reference lib="dom" />
/// <reference lib="webworker" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Alert, noLinks } from '@repo/notifiers/alert'
import { createChannels } from '@repo/notifiers/registry'
import { makeAlert } from '@repo/notifiers/testing/alerts'
import { providers, startProvider } from '@repo/notifiers/testing/providers'
import { exampleIdentity } from '@repo/notifiers/testing/push-receiver'
import { createEgressPolicy } from '@repo/probes/egress'
import { createGuardedRequests } from '@repo/probes/guarded-request'
import { systemResolve } from '@repo/probes/resolve'
import type { CDPSession, Page, Worker } from 'playwright-core'
import { eventually } from '../src/eventually.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'

setDefaultTimeout(60_000)

// A browser without windows shows no notifications.
const site = openSite({ isWhole: true })

/** A page whose service worker is there, and what stands in for the push service, which nobody can reach here. */
interface Pushed {
  readonly page: Page
  readonly worker: Worker
  push(data: string): Promise<void>
}

async function openPushed(page: Page): Promise<Pushed> {
  const origin = site.url
  await page.context().grantPermissions(['notifications'], { origin })
  const session = await page.context().newCDPSession(page)
  const registered = registrationIn(session)
  await session.send('ServiceWorker.enable')
  await page.goto('/signin')
  const arriving = page.context().waitForEvent('serviceworker')
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/sw.js')
    await navigator.serviceWorker.ready
  })
  const [worker, registrationId] = [await arriving, await registered]
  await countShown(worker)
  const push = async (data: string) => {
    const before = await shownSoFar(worker)
    await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data })
    await eventually('a notification is shown', async () => (await shownSoFar(worker)) > before)
  }
  return { page, worker, push }
}

interface Counting {
  shownSoFar: number
}

/** A browser that is asked what it shows while it is about to show more forgets that, so it has to be known when it has. */
function countShown(worker: Worker): Promise<void> {
  return worker.evaluate(() => {
    const { registration } = globalThis as unknown as ServiceWorkerGlobalScope
    const counting = globalThis as unknown as Counting
    const show = registration.showNotification.bind(registration)
    counting.shownSoFar = 0
    registration.showNotification = async (...shown) => {
      await show(...shown)
      counting.shownSoFar += 1
    }
  })
}

function shownSoFar(worker: Worker): Promise<number> {
  return worker.evaluate(() => (globalThis as unknown as Counting).shownSoFar)
}

function registrationIn(session: CDPSession): Promise<string> {
  return new Promise((resolve) =>
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => {
      if (first) resolve(first.registrationId)
    }),
  )
}

interface Shown {
  readonly title: string
  readonly body: string
  readonly tag: string
  readonly url: unknown
  readonly requireInteraction: boolean
}

function shownBy(page: Page): Promise<Shown[]> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    const all = await registration.getNotifications()
    return all.map(({ title, body, tag, data, requireInteraction }) => ({
      ...{ title, body, tag, requireInteraction },
      url: data?.url,
    }))
  })
}

/** What is shown with this tag once the message has come. */
async function shownAfter(pushed: Pushed, message: unknown, tag = 'incident-1'): Promise<Shown | undefined> {
  await pushed.push(typeof message === 'string' ? message : JSON.stringify(message))
  return (await shownBy(pushed.page)).find((one) => one.tag === tag)
}

const down = { title: 'DOWN shop.example', body: 'TLS certificate expired', tag: 'incident-1', event: 'down' }

/** What a browser has opened of a message, as the channel sends it. */
async function messageOf(alert: Alert): Promise<string> {
  await using service = startProvider(providers.web_push)
  const egress = createEgressPolicy({ allowedCidrs: ['127.0.0.0/8'] })
  const send = createGuardedRequests({ egress, resolve: systemResolve })
  const channel = createChannels({ send, mailer: undefined, webPush: exampleIdentity }).get('web_push')
  const attempt = { signal: new AbortController().signal, nowMs: Date.now() }
  await channel?.deliver(alert, providers.web_push.settings(service.origin), attempt)
  return service.requests[0]?.body ?? ''
}

describe('what is pushed to a browser', () => {
  test('is shown as the channel sends it', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    const pushed = await openPushed(watched.page)
    const links = { ...noLinks, open: `${site.url}/incidents/1` }
    await pushed.push(await messageOf(makeAlert({ links })))
    expect(await shownBy(watched.page)).toEqual([
      {
        title: 'DOWN shop.example - TLS certificate expired (2 of 3 regions)',
        body: expect.stringContaining('the certificate ended on 30 May 2026'),
        tag: expect.stringMatching(/^[\w-]{32}$/),
        url: `${site.url}/incidents/1`,
        requireInteraction: true,
      },
    ])
  })

  test('is shown, and stays where something is down', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    const pushed = await openPushed(watched.page)
    const url = `${site.url}/incidents/1?a=b`
    expect(await shownAfter(pushed, { ...down, url })).toEqual({
      ...{ title: 'DOWN shop.example', body: 'TLS certificate expired', tag: 'incident-1', url },
      requireInteraction: true,
    })
    const up = await shownAfter(pushed, { ...down, tag: 'incident-2', event: 'recovered' }, 'incident-2')
    expect(up?.requireInteraction).toBe(false)
    expect(watched.offences).toEqual([])
  })

  test('stands in place of what was told of the same incident', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    const pushed = await openPushed(watched.page)
    await shownAfter(pushed, down)
    await pushed.push(JSON.stringify({ ...down, title: 'UP shop.example', event: 'recovered' }))
    expect((await shownBy(watched.page)).map(({ title }) => title)).toEqual(['UP shop.example'])
    await pushed.push(JSON.stringify({ ...down, tag: 'incident-2' }))
    expect(await shownBy(watched.page)).toHaveLength(2)
  })

  test.each([
    ['no text', 'not JSON', { title: 'BetterUptime', body: '', tag: '' }],
    ['nothing', 'null', { title: 'BetterUptime', body: '', tag: '' }],
    ['other types', { title: 1, body: {}, tag: [] }, { title: 'BetterUptime', body: '', tag: '' }],
    ['markup', { ...down, title: '<b>x</b>' }, { title: '<b>x</b>', tag: 'incident-1' }],
  ])('is shown whatever it is, for else the browser would end the subscription: %s', async (_what, message, shown) => {
    await using watched = await openPage(site.browser, { url: site.url })
    const pushed = await openPushed(watched.page)
    expect(await shownAfter(pushed, message, shown.tag)).toMatchObject(shown)
    expect(watched.offences).toEqual([])
  })

  test('leads to the dashboard alone', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    const pushed = await openPushed(watched.page)
    const list = `${site.url}/monitors`
    const elsewhere = [
      'https://evil.example/',
      '//evil.example/a',
      'javascript:alert(1)',
      'data:text/html,x',
      'http://[',
    ]
    for (const [n, url] of [...elsewhere, null, 7, `${site.url}@evil.example/`, `${site.url}0/`].entries()) {
      const tag = `elsewhere-${n}`
      expect([url, (await shownAfter(pushed, { ...down, tag, url }, tag))?.url]).toEqual([url, list])
    }
    expect((await shownAfter(pushed, { ...down, url: '/monitors/1' }))?.url).toBe(`${site.url}/monitors/1`)
  })
})

describe('a notification that somebody opens', () => {
  test('opens its page, or shows the one where that is open already', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    const pushed = await openPushed(watched.page)
    await shownAfter(pushed, { ...down, tag: 'first', url: '/incidents/1' }, 'first')
    expect(await openedBy(pushed.worker, 'first')).toEqual([`open ${site.url}/incidents/1`])
    await eventually('it is shown no more', async () => (await shownBy(watched.page)).length === 0)
    await shownAfter(pushed, { ...down, tag: 'second', url: '/signin' }, 'second')
    expect(await openedBy(pushed.worker, 'second')).toEqual([`focus ${site.url}/signin`])
  })
})

/** Opens what is shown, as a click does; a window is opened only for a real one, so that it is noted down instead. */
function openedBy(worker: Worker, wanted: string): Promise<string[]> {
  return worker.evaluate(async (tag) => {
    const scope = globalThis as unknown as ServiceWorkerGlobalScope
    const opened: string[] = []
    const note = (what: string, url: string | URL) => {
      opened.push(`${what} ${url}`)
      return Promise.resolve(null as never)
    }
    scope.clients.openWindow = (url) => note('open', url)
    WindowClient.prototype.focus = function (this: WindowClient) {
      return note('focus', this.url)
    }
    const [notification] = await scope.registration.getNotifications({ tag })
    let ending: Promise<unknown> = Promise.resolve()
    const waitUntil = (promise: Promise<unknown>) => {
      ending = promise
    }
    scope.dispatchEvent(Object.assign(new Event('notificationclick'), { notification, waitUntil }))
    await ending
    return opened
  }, wanted)
}
