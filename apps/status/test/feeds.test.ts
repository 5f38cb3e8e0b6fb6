import { describe, expect, test } from 'bun:test'
import type { PublicIncident, PublicMaintenance } from '@repo/contracts/public-page'
import { XMLValidator } from 'fast-xml-parser'
import ICAL from 'ical.js'
import Parser from 'rss-parser'
import { elementsOf } from './elements.ts'
import { markupOfAtom, markupOfRss, readJsonFeed, wrongCalendarLines } from './feed-rules.ts'
import { at, makeComponent, makePage, makeSnapshot, openStatusApp } from './page-ground.ts'

const hostile = '<script>alert(1)</script> & "quotes" ]]> \u{1f600}'
const escaped = '&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot; ]]&gt; \u{1f600}'
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
    // A title of Atom is markup, as it says itself.
    const title = name === 'history.atom' ? escaped : hostile
    const items = feed.items.map((item) => [item.title, item.isoDate])
    expect(items).toEqual([
      [title, at(-10)],
      [title, `${at().slice(0, 10)}T00:00:00.000Z`],
    ])
    expect(feed.items[0]?.link).toBe(`http://status.test/status/shop/incidents/${incident.id}`)
  })

  test.each([
    ['history.rss', 'application/rss+xml', markupOfRss],
    ['history.atom', 'application/atom+xml', markupOfAtom],
  ] as const)(
    '%s is as its format asks for, and has nothing of what people wrote as markup',
    async (name, type, markupOf) => {
      const markup = markupOf(await read(name, type))
      expect(markup).toHaveLength(2)
      const tags = await Promise.all(markup.flat().map(async (html) => (await elementsOf(html)).map(({ tag }) => tag)))
      expect([...new Set(tags.flat())].sort()).toEqual(['br', 'p', 'strong'])
    },
  )

  test('is a JSON Feed too, whose texts are plain', async () => {
    const feed = readJsonFeed(await read('feed.json', 'application/feed+json'))
    expect(feed.items.map(({ title, summary, date_modified }) => [title, summary, date_modified])).toEqual([
      [hostile, `Found.\n${hostile}`, at(-10)],
      [hostile, expect.stringContaining('–'), `${at().slice(0, 10)}T00:00:00.000Z`],
    ])
  })

  test('says what the page says of itself', async () => {
    const own = openStatusApp([makeSnapshot({ page: makePage({ description: 'All that we sell' }) })])
    const feed = (await (await own.ask('/status/shop/feed.json')).json()) as { description: string }
    expect(feed.description).toBe('All that we sell')
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

test('a calendar has the lines that RFC 5545 asks for, its instants in UTC, and keeps nobody busy', async () => {
  const long = {
    title: 'Größere Wartung, 大規模 ; 😀 '.repeat(6).trim(),
    body: `C:\\temp\n${'äöü, '.repeat(40).trim()}`,
  }
  const many = Array.from({ length: 3 }, (_, number) => ({
    ...upgrade,
    ...long,
    id: crypto.randomUUID(),
    startsAt: at(number),
  }))
  const own = openStatusApp([makeSnapshot({ page: makePage({ title: hostile, maintenances: many }) })])
  const bytes = await (await own.ask('/status/shop/maintenance.ics')).bytes()
  expect(wrongCalendarLines(bytes)).toEqual([])
  const calendar = new ICAL.Component(ICAL.parse(new TextDecoder().decode(bytes)))
  expect([calendar.getFirstPropertyValue('version'), calendar.getFirstPropertyValue('prodid')]).toEqual([
    ...['2.0', '-//BetterUptime//status page//EN'],
  ])
  const events = calendar.getAllSubcomponents('vevent')
  const valuesOf = (name: string) => events.map((event) => String(event.getFirstPropertyValue(name)))
  expect(new Set(valuesOf('uid')).size).toBe(3)
  for (const name of ['dtstamp', 'dtstart', 'dtend']) for (const value of valuesOf(name)) expect(value).toEndWith('Z')
  expect(valuesOf('transp')).toEqual(Array(3).fill('TRANSPARENT'))
  expect(valuesOf('summary')).toEqual(Array(3).fill(long.title))
  expect(valuesOf('description')).toEqual(Array(3).fill(long.body))
})
