import { describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { askSignIn } from '@repo/db/queries/page-sign-ins'
import { confirmSubscriber, endSubscription } from '@repo/db/queries/page-subscribers'
import { changeStatusPage, publishStatusPage, withdrawStatusPage } from '@repo/db/queries/status-pages'
import { addShownIncident } from '@repo/db/testing/page-subscribers'
import { addPublishedPage } from '@repo/db/testing/status-pages'
import { noonMs } from '@repo/domain/testing'
import { partOf } from '@repo/notifiers/testing'
import { hostileNames } from '@repo/notifiers/testing/alerts'
import { createEgressPolicy } from '@repo/probes/egress'
import { createGuardedRequests } from '@repo/probes/guarded-request'
import { createKeyring } from '@repo/secrets/keyring'
import { readPageLink } from '@repo/secrets/page-link'
import { createPageSender } from '../src/page-messenger.ts'
import { tidyPageMessages } from '../src/page-planner.ts'
import { planUpdate } from '../src/page-plans.ts'
import {
  ask,
  clock,
  database,
  depsOf,
  HOUR_MS,
  hooks,
  ids,
  MINUTE_MS,
  messages,
  openIncident,
  pageId,
  pump,
  restartSmtp,
  say,
  send,
  shopContent,
  smtp,
  stateOf,
  subscribe,
  usePage,
  workspaceId,
} from './page-telling.ts'

usePage()

const owned = () => ({ id: pageId, workspaceId })
const subjects = () => smtp.mails.map(({ to, headers }) => `${to.join()}: ${headers.get('subject')}`)
const textOf = (place = 0) => partOf(smtp.mails[place]?.raw ?? '', 'text/plain')
const htmlOf = (place = 0) => partOf(smtp.mails[place]?.raw ?? '', 'text/html')
const tokenIn = (text: string, path: string) =>
  new RegExp(`https://up.example/status/shop/${path}\\?token=(\\S+)`).exec(text)?.[1] ?? ''
const secret = async () => {
  const { rows } = await database.sql.execute<{ secret: string }>(
    `select secret from status_page where id = '${pageId}'`,
  )
  return rows[0]?.secret ?? ''
}

describe('an address that somebody asked for', () => {
  test('gets a mail with a link to confirm, and is told of nothing before', async () => {
    const id = await ask('email', 'ada@example.com')
    await say(await openIncident())
    await pump()
    expect(subjects()).toEqual(['ada@example.com: [Shop] Confirm that you want to be told of changes'])
    const token = tokenIn(textOf(), 'confirm')
    const link = { deed: 'confirm', token } as const
    expect(readPageLink(await secret(), { ...link, nowMs: clock.nowMs() })).toBe(id)
    expect(readPageLink(await secret(), { ...link, nowMs: clock.nowMs() + 72 * HOUR_MS })).toBeUndefined()
    expect(htmlOf()).toContain(token)
    expect(smtp.mails[0]?.headers.has('list-unsubscribe')).toBeFalse()
  })

  test('that is subscribed already is told so, and how to end it', async () => {
    await subscribe('email', 'ada@example.com')
    await ask('email', 'ADA@example.com')
    await pump()
    expect(subjects()).toEqual(['ada@example.com: [Shop] You are told of changes already'])
    expect(tokenIn(textOf(), 'unsubscribe')).not.toBe('')
    expect(textOf()).not.toContain('/confirm')
  })

  test('is not written to once its page is withdrawn', async () => {
    await ask('email', 'ada@example.com')
    await withdrawStatusPage(database.sql, owned(), { nowMs: noonMs })
    await pump()
    expect([subjects(), await messages()]).toEqual([[], ['ada@example.com confirm superseded']])
  })

  test('is written to in the language of the page', async () => {
    for (const [language, subject] of [
      ['de', 'Bestätigen Sie, dass Sie benachrichtigt werden möchten'],
      ['ja', '通知の受け取りをご確認ください'],
    ] as const) {
      await changeStatusPage(database.sql, owned(), { content: shopContent({ language }), nowMs: noonMs })
      await publishStatusPage(database.sql, owned(), { by: 'ada', nowMs: noonMs })
      await ask('email', `${language}@example.com`)
      await pump()
      expect(htmlOf(smtp.mails.length - 1)).toContain(`lang="${language}"`)
      expect(textOf(smtp.mails.length - 1)).toContain(subject)
    }
  })
})

describe('a link to come in', () => {
  const askIn = async () => {
    const expiresAtMs = clock.nowMs() + 20 * MINUTE_MS
    const asked = { id: crypto.randomUUID(), pageId, email: 'ada@example.com', isAllowed: true, expiresAtMs }
    await askSignIn(database.sql, asked, clock.nowMs())
    return asked.id
  }

  test('is sent to whoever asked, and is good for 20 minutes', async () => {
    const id = await askIn()
    await pump()
    expect(subjects()).toEqual(['ada@example.com: [Shop] Your link to the page'])
    const link = { deed: 'sign_in', token: tokenIn(textOf(), 'access') } as const
    expect(readPageLink(await secret(), { ...link, nowMs: clock.nowMs() })).toBe(id)
    expect(readPageLink(await secret(), { ...link, nowMs: clock.nowMs() + 20 * MINUTE_MS })).toBeUndefined()
  })

  test('is not sent once it is over', async () => {
    await askIn()
    await clock.jump(20 * MINUTE_MS)
    await pump()
    expect(await messages()).toEqual(['ada@example.com sign_in superseded'])
  })
})

describe('an update of an incident', () => {
  test('comes as one mail to each subscriber, with what it says, and the ways to end that', async () => {
    const id = await subscribe('email', 'ada@example.com')
    await subscribe('email', 'bob@example.com')
    const incidentId = await openIncident({ title: 'Slow search', componentIds: [ids.search] })
    await say(incidentId, 'investigating', 'Searches take **longer** than usual. See [here](https://shop.example/why).')
    for (let times = 0; times < 3; times += 1) await pump()
    expect(subjects().toSorted()).toEqual([
      'ada@example.com: [Shop] Investigating: Slow search',
      'bob@example.com: [Shop] Investigating: Slow search',
    ])
    const place = smtp.mails.findIndex(({ to }) => to.includes('ada@example.com'))
    for (const words of ['longer than usual. See here (https://shop.example/why)', 'Affects: Search'])
      expect(textOf(place)).toContain(words)
    expect(textOf(place)).toContain(`https://up.example/status/shop/incidents/${incidentId}`)
    expect(htmlOf(place)).toContain('<strong>longer</strong>')
    expect(htmlOf(place)).toContain('href="https://shop.example/why"')
    const headers = smtp.mails[place]?.headers
    expect(headers?.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
    const token = tokenIn(headers?.get('list-unsubscribe')?.replace('>', ' ') ?? '', 'unsubscribe')
    expect(readPageLink(await secret(), { deed: 'unsubscribe', token, nowMs: noonMs + 1e12 })).toBe(id)
    expect(tokenIn(textOf(place), 'subscription')).not.toBe('')
  })

  test('comes with what was said before, in one thread, each with a Message-ID of its own', async () => {
    await subscribe('email', 'ada@example.com')
    const incidentId = await openIncident()
    for (const [phase, body] of [
      ['investigating', 'We look into it.'],
      ['resolved', 'All is well again.'],
    ] as const) {
      await say(incidentId, phase, body)
      await pump()
      await clock.advance(MINUTE_MS)
    }
    expect(subjects().map((line) => line.split('] ')[1])).toEqual([
      'Investigating: Slow search',
      'Resolved: Slow search',
    ])
    expect(textOf(1)).toMatch(/All is well again\..*Investigating, 1 Jun 2026.*We look into it\./s)
    const [first, second] = smtp.mails.map(({ headers }) => headers)
    expect(second?.get('references')).toBe(first?.get('references') as string)
    expect(second?.get('message-id')).not.toBe(first?.get('message-id') as string)
  })

  test('comes to those who chose the component, a part of it, or the whole that it is a part of', async () => {
    for (const [name, chosen] of [
      ['search', [ids.search]],
      ['checkout', [ids.checkout]],
      ['cards', [ids.cards]],
      ['invoices', [ids.invoices]],
      ['all', null],
    ] as const)
      await subscribe('email', `${name}@example.com`, chosen)
    const told = async (componentIds: readonly string[]) => {
      await say(await openIncident({ componentIds }))
      const before = smtp.mails.length
      await pump()
      return smtp.mails
        .slice(before)
        .map(({ to }) => to.join().split('@')[0] ?? '')
        .toSorted()
    }
    expect(await told([ids.search])).toEqual(['all', 'search'])
    expect(await told([ids.cards])).toEqual(['all', 'cards', 'checkout'])
    expect(await told([ids.checkout])).toEqual(['all', 'cards', 'checkout', 'invoices'])
    expect(await told([])).toEqual(['all', 'cards', 'checkout', 'invoices', 'search'])
  })

  test('after an outage of the mail server is told with all the others, the newest alone', async () => {
    await subscribe('email', 'ada@example.com')
    const incidentId = await openIncident()
    const mailer = { send: () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })) }
    for (const body of ['one', 'two', 'three']) {
      await say(incidentId, 'investigating', body)
      await pump({ mailer })
      await clock.advance(MINUTE_MS)
    }
    await clock.advance(30 * MINUTE_MS)
    await pump()
    expect(await messages()).toEqual([
      'ada@example.com update superseded',
      'ada@example.com update superseded',
      'ada@example.com update accepted',
    ])
    expect(smtp.mails).toHaveLength(1)
    for (const body of ['one', 'two', 'three']) expect(textOf()).toContain(body)
  })

  test('is told to nobody of a page that is not seen, nor a day later, nor of one that was told before they asked', async () => {
    await subscribe('email', 'ada@example.com')
    const incidentId = await openIncident()
    await say(incidentId)
    await withdrawStatusPage(database.sql, owned(), { nowMs: noonMs })
    await pump()
    await clock.jump(24 * HOUR_MS + 1)
    await publishStatusPage(database.sql, owned(), { by: 'ada', nowMs: clock.nowMs() })
    await pump()
    expect(await messages()).toEqual([])
  })

  test('is not told to whoever has ended it meanwhile', async () => {
    const id = await subscribe('email', 'ada@example.com')
    await say(await openIncident())
    await pump({ mailer: undefined })
    await endSubscription(database.sql, { pageId, id }, { because: 'asked', nowMs: noonMs })
    await clock.advance(HOUR_MS)
    await pump()
    expect([subjects(), await messages()]).toEqual([[], ['ada@example.com update superseded']])
  })

  test('is sent once, however many notifiers there are', async () => {
    for (let number = 0; number < 60; number += 1) await subscribe('email', `${number}@example.com`)
    await say(await openIncident())
    await Promise.all(['one', 'two', 'three'].map((holder) => pump({ holder })))
    expect(new Set(subjects()).size).toBe(60)
    expect(smtp.mails).toHaveLength(60)
  })

  test('carries whatever people write as text: no header, no element and no address of it is ours', async () => {
    await subscribe('email', 'ada@example.com')
    const hook = await subscribe('slack', hooks.urlOf('slack'))
    // PostgreSQL keeps no NUL, and the API takes none.
    for (const name of hostileNames.map((text) => text.replaceAll('\0', ''))) {
      await say(
        await openIncident({ title: name }),
        'investigating',
        `${name} [x](javascript:alert(1)) <img src=x onerror=y>`,
      )
      await pump()
    }
    expect(smtp.mails).toHaveLength(hostileNames.length)
    for (const [place, { to, headers }] of smtp.mails.entries()) {
      expect([to, headers.get('bcc')]).toEqual([['ada@example.com'], undefined])
      expect(htmlOf(place)).not.toMatch(/<(?:script|img|iframe)|href="javascript:|<[^>]+\son\w+=/i)
    }
    expect(hooks.received).toHaveLength(hostileNames.length)
    for (const { body } of hooks.received) expect(body).not.toMatch(/<[!@#]/)
    expect(await stateOf(hook)).toBe('confirmed')
  }, 60_000)
})

describe('a hook', () => {
  test.each(['slack', 'teams', 'discord'] as const)(
    'of %s gets a message with a link, and then what is said',
    async (kind) => {
      const id = await ask(kind, hooks.urlOf(kind))
      await pump()
      const token = /confirm\?token=([\w.-]+)/.exec(hooks.received[0]?.body ?? '')?.[1] ?? ''
      expect(readPageLink(await secret(), { deed: 'confirm', token, nowMs: clock.nowMs() })).toBe(id)
      await confirmSubscriber(database.sql, { pageId, id }, clock.nowMs())
      await say(await openIncident({ componentIds: [ids.search] }))
      await pump()
      for (const words of ['Investigating: Slow search', 'We look into it', 'Unsubscribe'])
        expect(hooks.received[1]?.body).toContain(words)
      expect(hooks.received).toHaveLength(2)
    },
  )

  test('of somebody’s own gets JSON, signed with the secret that came with its first message', async () => {
    const id = await ask('webhook', hooks.urlOf('own'))
    await pump()
    const { signingSecret, confirmUrl, event } = JSON.parse(hooks.received[0]?.body ?? '')
    expect([event, confirmUrl]).toEqual(['confirm', expect.stringContaining('/status/shop/confirm?token=')])
    await confirmSubscriber(database.sql, { pageId, id }, clock.nowMs())
    // One of them is shown on the page no more.
    const incidentId = await openIncident({ componentIds: [ids.search, crypto.randomUUID()] })
    await say(incidentId)
    await pump()
    for (const { headers, body } of hooks.received) {
      const signed = `${headers.get('webhook-id')}.${headers.get('webhook-timestamp')}.${body}`
      const mac = createHmac('sha256', Buffer.from(signingSecret.slice(6), 'base64'))
        .update(signed)
        .digest('base64')
      expect(headers.get('webhook-signature')).toBe(`v1,${mac}`)
      expect(headers.get('idempotency-key')).toBe(headers.get('webhook-id'))
    }
    const told = JSON.parse(hooks.received[1]?.body ?? '')
    expect(told).toMatchObject({
      ...{ version: 1, event: 'update', page: { title: 'Shop', url: 'https://up.example/status/shop' } },
      incident: { id: incidentId, title: 'Slow search', phase: 'investigating', componentIds: [ids.search] },
      update: { phase: 'investigating', body: 'We look into it.' },
      links: { unsubscribe: expect.stringContaining('token=') },
    })
    expect(hooks.received[1]?.body).not.toContain(signingSecret)
  })

  test.each([404, 410])('that answers %d is gone, and gets nothing more', async (status) => {
    const id = await subscribe('slack', hooks.urlOf('slack'))
    hooks.answer('slack', status)
    await say(await openIncident())
    await pump()
    expect([await stateOf(id), await messages()]).toEqual(['unsubscribed gone', ['slack update dead']])
    await say(await openIncident())
    await pump()
    expect(hooks.received).toHaveLength(1)
  })

  test.each([500, 429, 403])('that answers %d is still there', async (status) => {
    const id = await subscribe('slack', hooks.urlOf('slack'))
    hooks.answer('slack', status)
    await say(await openIncident())
    await pump()
    expect([await stateOf(id), await messages()]).toEqual([
      'confirmed',
      [`slack update ${status === 403 ? 'dead' : 'waiting'}`],
    ])
  })

  test('is not asked where the guard lets nobody go', async () => {
    await ask('webhook', hooks.urlOf('inside'))
    const noLookUp = () => Promise.reject(new Error('no look-up was needed'))
    await send({ send: createGuardedRequests({ egress: createEgressPolicy({}), resolve: noLookUp }) })
    expect([hooks.received, await messages()]).toEqual([[], ['webhook confirm dead']])
  })

  test('waits where its address cannot be opened by any key that is here', async () => {
    const id = await subscribe('slack', hooks.urlOf('slack'))
    await say(await openIncident())
    await pump({ keyring: createKeyring([{ id: 'k2', key: new Uint8Array(32).fill(8) }]) })
    expect([await messages(), await stateOf(id)]).toEqual([['slack update waiting'], 'confirmed'])
    await clock.advance(MINUTE_MS)
    await pump()
    expect(await messages()).toEqual(['slack update accepted'])
  })

  test('stands with no part of its address, and with no token, in what is kept of an attempt', async () => {
    await subscribe('webhook', `${hooks.urlOf('SEKRETSEKRETSEKRET')}`)
    await say(await openIncident())
    await pump()
    const { rows } = await database.sql.execute('select * from page_message')
    expect(JSON.stringify(rows)).not.toMatch(/SEKRET|token=\w/)
  })
})

describe('a mail server', () => {
  test('that knows no such mailbox ends the subscription', async () => {
    await restartSmtp({ unknown: ['gone@example.com'] })
    const [gone, there] = [await subscribe('email', 'gone@example.com'), await subscribe('email', 'ada@example.com')]
    await say(await openIncident())
    await pump()
    expect([await stateOf(gone), await stateOf(there)]).toEqual(['unsubscribed refused', 'confirmed'])
    expect((await messages()).toSorted()).toEqual(['ada@example.com update accepted', 'gone@example.com update dead'])
  })

  test('that takes no mail for now is asked again, ever more seldom, and the subscription stays', async () => {
    await restartSmtp({ refuses: true })
    const id = await subscribe('email', 'ada@example.com')
    await say(await openIncident())
    await pump()
    expect([await messages(), await stateOf(id)]).toEqual([['ada@example.com update waiting'], 'confirmed'])
    await restartSmtp({})
    await clock.advance(5_000)
    await pump()
    expect(await messages()).toEqual(['ada@example.com update accepted'])
  })
})

test('what nobody confirmed, and what was sent long ago, is forgotten', async () => {
  await ask('email', 'never@example.com')
  const id = await subscribe('email', 'ada@example.com')
  await say(await openIncident())
  await pump()
  await clock.jump(7 * 24 * HOUR_MS + 1)
  await tidyPageMessages(depsOf())
  const { rows } = await database.sql.execute<{ email: string }>('select email from page_subscriber')
  expect(rows).toEqual([{ email: 'ada@example.com' }])
  await clock.jump(23 * 24 * HOUR_MS + 1)
  await tidyPageMessages(depsOf())
  expect([await messages(), await stateOf(id)]).toEqual([[], 'confirmed'])
})

describe('a page of many subscribers', () => {
  /** A page with so many people who confirmed, and an update that they are all told of. */
  async function tellMany(slug: string, people: number) {
    const page = await addPublishedPage(database.sql, { workspaceId, slug, content: shopContent() })
    const at = `to_timestamp(${noonMs / 1_000})`
    await database.sql.execute(`
      insert into page_subscriber (id, page_id, workspace_id, kind, address_key, email, state, created_at, confirmed_at)
      select gen_random_uuid(), '${page.id}', '${workspaceId}', 'email', 'email ' || n || '@${slug}', n || '@${slug}', 'confirmed', ${at}, ${at}
      from generate_series(1, ${people}) n`)
    await say(await addShownIncident(database.sql, { workspaceId, pageId: page.id }))
    while (await planUpdate(depsOf()));
  }

  test('does not hold up what others tell: pages take turns', async () => {
    await tellMany('big.example', 80)
    await clock.jump(MINUTE_MS)
    const sender = createPageSender(depsOf(), new AbortController().signal)
    // Its messages are on their way before the others are written down.
    await sender.sendSome()
    await tellMany('small.example', 3)
    while (await sender.sendSome());
    await sender.ended()
    const places = smtp.mails.flatMap(({ to }, place) => (to.join().endsWith('small.example') ? [place] : []))
    expect(places).toHaveLength(3)
    expect(smtp.mails).toHaveLength(83)
    // Those that were begun are 32, and then it is their turn.
    expect(Math.max(...places)).toBeLessThan(45)
  })

  test('takes turns with as large a one', async () => {
    await tellMany('one.example', 30)
    await clock.jump(MINUTE_MS)
    await tellMany('other.example', 30)
    await send()
    const first = smtp.mails.slice(0, 32).filter(({ to }) => to.join().endsWith('other.example'))
    expect(first.length).toBeGreaterThan(12)
    expect(smtp.mails).toHaveLength(60)
  })
})
