import type { PublicIncident, PublicMaintenance } from '@repo/contracts/public-page'
import { Feed, type Item } from 'feed'
import { html } from 'hono/html'
import type { Scene } from './answers.ts'
import { addressOf } from './page-reading.ts'
import { wordsOf } from './words.ts'

export type FeedFormat = 'rss' | 'atom' | 'json'

interface FeedItem extends Item {
  readonly description: string
}

/** How often a reader may ask, in minutes. */
const TTL_MINUTES = 5
const LISTED = 50

/** What happened on a page, the newest first: an item an incident, which is renewed with each of its updates, and one a maintenance. */
export function feedOf(scene: Scene, format: FeedFormat): Feed {
  const { title, description, language, incidents, maintenances, slug } = scene.kept.snapshot.page
  const address = addressOf(scene)
  const items = [
    ...incidents.map((incident) => ofIncident(incident, scene)),
    ...maintenances.map((maintenance) => ofMaintenance(maintenance, scene)),
  ].toSorted((one, other) => other.date.getTime() - one.date.getTime())
  const feed = new Feed({
    id: `${address}/`,
    title,
    link: `${address}/`,
    language,
    ttl: TTL_MINUTES,
    // What has not changed is not said to be newer: a reader would fetch it again.
    updated: items[0]?.date ?? new Date(scene.kept.snapshot.readAtMs),
    generator: 'BetterUptime',
    author: { name: title },
    copyright: title,
    description: description || title,
    feedLinks: { rss: `${address}/history.rss`, atom: `${address}/history.atom`, json: `${address}/feed.json` },
    category: slug,
  })
  for (const item of items.slice(0, LISTED)) feed.addItem(inFormat(item, format))
  return feed
}

/**
 * What people wrote as each format reads it: the texts of a JSON Feed and the title of an item of RSS are plain, all the others
 * are markup, and what is not theirs would be taken for it.
 */
function inFormat(item: FeedItem, format: FeedFormat): Item {
  if (format === 'json') return item
  const description = asMarkup(item.description)
  return format === 'rss' ? { ...item, description } : { ...item, description, title: asMarkup(item.title) }
}

const asMarkup = (text: string) => String(html`${text}`)

function ofIncident({ id, title, updates, beganAt }: PublicIncident, scene: Scene): FeedItem {
  const link = `${addressOf(scene)}/incidents/${id}`
  const words = wordsOf(scene.kept.snapshot.page.language)
  const paragraphs = updates.map(
    ({ phase, body, at }) => html`<p><strong>${words.phases[phase]}</strong> (${inSeconds(at)})</p>${lines(body)}`,
  )
  return {
    ...{ id: link, guid: link, link, title },
    date: new Date(updates[0]?.at ?? beganAt),
    description: updates[0]?.body ?? '',
    content: paragraphs.map(String).join('\n'),
  }
}

function ofMaintenance({ id, title, body, startsAt, endsAt, state }: PublicMaintenance, scene: Scene): FeedItem {
  const address = addressOf(scene)
  const words = wordsOf(scene.kept.snapshot.page.language)
  const at = state === 'completed' ? endsAt : state === 'in_progress' ? startsAt : undefined
  const span = `${inSeconds(startsAt)} – ${inSeconds(endsAt)}`
  return {
    ...{ id: `${address}/#maintenance-${id}`, guid: `${address}/#maintenance-${id}`, link: `${address}/`, title },
    // Of one that is planned nobody knows when that was done: it is as old as the day.
    date: new Date(at ?? scene.kept.snapshot.page.today),
    description: span,
    content: String(html`<p><strong>${words.maintenance[state]}</strong> ${span}</p>${lines(body)}`),
  }
}

/** What people wrote, as text with its lines: whatever a reader makes of HTML, there is none of theirs. */
function lines(text: string) {
  return html`<p>${text.split('\n').map((line) => html`${line}<br>`)}</p>`
}

/** `2026-06-01 12:00:00 UTC` */
function inSeconds(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`
}
