import { describe, expect, test } from 'bun:test'
import type { PublicIncident, PublicMaintenance } from '@repo/contracts/public-page'
import { XMLValidator } from 'fast-xml-parser'
import ICAL from 'ical.js'
import Parser from 'rss-parser'
import { at, makeComponent, makePage, makeSnapshot, openStatusApp } from './page-ground.ts'

const hostile = '<script>alert(1)</script> & "quotes" ]]> \u{1f600}'
const search = makeComponent({ name: hostile })
const incident: PublicIncident = {
  id: crypto.randomUUID(),
  title: hostile,
  impact: 'minor',
  phase: 'identified',
  beganAt: at(-30),
  resolvedAt: null,
  componentIds: [search.id],
  updates: [
    { id: crypto.randomUUID(), phase: 'identified', body: `Found.\n${hostile}`, at: at(-10) },
    { id: crypto.randomUUID(), phase: 'investigating', body: 'We look.', at: at(-30) },
  ],
}
const upgrade: PublicMaintenance = {
  ...{ id: crypto.randomUUID(), title: hostile, body: hostile, state: 'scheduled' },
  ...{ startsAt: at(60), endsAt: at(90), componentIds: [search.id] },
}
const { ask } = openStatusApp([
  makeSnapshot({
    page: makePage({
      title: hostile,
      sections: [{ id: crypto.randomUUID(), name: '', isFolded: false, components: [search] }],
      incidents: [incident],
      maintenances: [upgrade],
    }),
  }),
])

async function read(name: string, type: string): Promise<string> {
  const answer = await ask(`/status/shop/${name}`)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`])
  return answer.text()
}

describe('a feed', () => {
  test.each([
    ['history.rss', 'application/rss+xml'],
    ['history.atom', 'application/atom+xml'],
  ])('%s is well-formed, and says what happened, newest first', async (name, type) => {
    const text = await read(name, type)
    expect(XMLValidator.validate(text)).toBe(true)
    const feed = await new Parser().parseString(text)
    expect(feed.title).toBe(hostile)
    const items = feed.items.map((item) => [item.title, item.isoDate])
    expect(items).toEqual([
      [hostile, at(-10)],
      [hostile, `${at().slice(0, 10)}T00:00:00.000Z`],
    ])
    expect(feed.items[0]?.link).toBe(`http://status.test/status/shop/incidents/${incident.id}`)
  })

  test('has nothing of what people wrote as markup', async () => {
    const feed = await new Parser().parseString(await read('history.rss', 'application/rss+xml'))
    const content = feed.items.map((item) => item['content:encoded'] ?? item.content).join()
    expect(content).toContain('&lt;script&gt;')
    expect(content).not.toContain('<script')
  })

  test('is a JSON Feed too', async () => {
    const feed = JSON.parse(await read('feed.json', 'application/feed+json'))
    expect(feed).toMatchObject({ version: 'https://jsonfeed.org/version/1', title: hostile })
    expect(feed.items).toHaveLength(2)
    for (const { id, url, title, content_html } of feed.items)
      expect([typeof id, typeof url, typeof title, typeof content_html]).toEqual(Array(4).fill('string'))
  })

  test('keeps the id of an incident through its updates, so that a reader shows it once', async () => {
    const later = openStatusApp([
      makeSnapshot({ page: makePage({ incidents: [{ ...incident, phase: 'resolved', resolvedAt: at() }] }) }),
    ])
    const text = await (await later.ask('/status/shop/history.rss')).text()
    const before = await new Parser().parseString(await read('history.rss', 'application/rss+xml'))
    const after = await new Parser().parseString(text)
    expect(after.items[0]?.guid).toBe(before.items[0]?.guid ?? '')
  })
})

test('maintenance that does not come is cancelled in calendars, and said to be so in feeds', async () => {
  const page = makePage({ maintenances: [{ ...upgrade, state: 'cancelled' }], incidents: [] })
  const own = openStatusApp([makeSnapshot({ page })])
  const text = await (await own.ask('/status/shop/maintenance.ics')).text()
  const [event] = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent')
  expect(event?.getFirstPropertyValue('status')).toBe('CANCELLED')
  expect(event?.getFirstPropertyValue('uid')).toStartWith(upgrade.id)
  const feed = (await (await own.ask('/status/shop/feed.json')).json()) as { items: { content_html: string }[] }
  expect(feed.items[0]?.content_html).toContain('<strong>Cancelled</strong>')
})

test('maintenances are a calendar that a calendar reads', async () => {
  const text = await read('maintenance.ics', 'text/calendar')
  const calendar = new ICAL.Component(ICAL.parse(text))
  const events = calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event))
  expect(events.map(({ uid, summary }) => [uid.split('@')[0], summary])).toEqual([[upgrade.id, hostile]])
  expect(events[0]?.startDate.toJSDate().toISOString()).toBe(at(60))
  expect(events[0]?.endDate.toJSDate().toISOString()).toBe(at(90))
})
