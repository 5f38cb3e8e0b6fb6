import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'

/** What the formats of feeds ask for, to the letter: readers forgive much, and each of them something else. */

const url = z.url({ protocol: /^https?$/ })
const unique = <Entry>(keyOf: (entry: Entry) => string) =>
  z.custom<Entry[]>((entries) => new Set((entries as Entry[]).map(keyOf)).size === (entries as Entry[]).length, {
    error: 'two entries have the same id',
  })
/** A date of RFC 822 with a year of four digits. */
const rfc822 = z
  .string()
  .regex(/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|[+-]\d{4})$/)
const rfc3339 = z.iso.datetime({ offset: true })
const text = z.string().min(1)

/** RSS 2.0 (https://www.rssboard.org/rss-specification). */
const rssSchema = z
  .object({
    version: z.literal('2.0'),
    channel: z.object({
      title: text,
      link: url,
      description: text,
      language: z.string().regex(/^[a-z]{2}(?:-[A-Za-z]{2})?$/),
      lastBuildDate: rfc822,
      ttl: z.string().regex(/^\d+$/),
      // https://www.rssboard.org/rss-profile#namespace-elements-atom-link
      'atom:link': z.object({ href: url, rel: z.literal('self'), type: z.literal('application/rss+xml') }),
      item: z
        .array(
          z.object({
            title: text,
            link: url,
            guid: z.object({ '#text': url, isPermaLink: z.literal('false') }),
            pubDate: rfc822,
            description: text,
            'content:encoded': text,
          }),
        )
        .and(unique<{ guid: { '#text': string } }>(({ guid }) => guid['#text'])),
    }),
  })
  .transform(({ channel }) => channel.item.map(({ description, 'content:encoded': content }) => [description, content]))

const markup = z.object({ '#text': text, type: z.literal('html') })
const atomLink = z.object({ href: url, rel: z.enum(['alternate', 'self']).optional() })

/** Atom (RFC 4287, 4.1). */
const atomSchema = z
  .object({
    xmlns: z.literal('http://www.w3.org/2005/Atom'),
    id: url,
    title: text,
    updated: rfc3339,
    author: z.object({ name: text }),
    link: z.array(atomLink).refine((links) => links.filter(({ rel }) => rel === 'self').length === 1),
    entry: z
      .array(
        z.object({
          id: url,
          title: markup,
          updated: rfc3339,
          link: z.array(atomLink).length(1),
          summary: markup,
          content: markup,
        }),
      )
      .and(unique<{ id: string }>(({ id }) => id)),
  })
  .transform(({ entry }) =>
    entry.map(({ title, summary, content }) => [title, summary, content].map((part) => part['#text'])),
  )

/** JSON Feed 1 (https://www.jsonfeed.org/version/1/). */
const jsonSchema = z.object({
  version: z.literal('https://jsonfeed.org/version/1'),
  title: text,
  home_page_url: url,
  feed_url: url,
  items: z
    .array(
      z.object({
        id: text,
        url,
        title: text,
        summary: text,
        content_html: text,
        date_modified: rfc3339,
      }),
    )
    .and(unique<{ id: string }>(({ id }) => id)),
})

const parser = new XMLParser({
  ...{ ignoreAttributes: false, attributeNamePrefix: '', parseTagValue: false, trimValues: false },
  isArray: (name) => ['item', 'entry', 'link'].includes(name),
})

/** @returns what each item says as markup. @throws where it is not as the format asks for. */
export function markupOfRss(xml: string): string[][] {
  const { rss } = parser.parse(xml)
  const [link] = rss.channel.link
  return rssSchema.parse({ ...rss, channel: { ...rss.channel, link, item: rss.channel.item.map(ofOneLink) } })
}

const ofOneLink = (item: { link: string[] }) => ({ ...item, link: item.link[0] })

export function markupOfAtom(xml: string): string[][] {
  return atomSchema.parse(parser.parse(xml).feed)
}

export function readJsonFeed(json: string) {
  return jsonSchema.parse(JSON.parse(json))
}

/** What is wrong with the lines of an iCalendar (RFC 5545, 3.1): each ends as in a letter, and has at most 75 octets. */
export function wrongCalendarLines(bytes: Uint8Array): string[] {
  const latin = Buffer.from(bytes).toString('latin1')
  const lines = latin.split('\r\n')
  const isCut = (line: string) => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(line, 'latin1'))
      return false
    } catch {
      return true
    }
  }
  return [
    ...(latin.endsWith('END:VCALENDAR\r\n') ? [] : ['it does not end with its end']),
    ...lines.filter((line) => /[\r\n]/.test(line)).map((line) => `a bare end of a line: ${line}`),
    ...lines.filter((line) => line.length > 75).map((line) => `${line.length} octets: ${line}`),
    ...lines.filter(isCut).map((line) => `a sign is cut in two: ${line}`),
    ...lines
      .slice(0, -1)
      .filter((line) => line === '')
      .map(() => 'an empty line'),
  ]
}
