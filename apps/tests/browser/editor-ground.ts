import type { PageContent, StatusPage } from '@repo/contracts/status-pages'
import type { Page } from 'playwright-core'
import { eventually } from '../src/eventually.ts'
import { openPage, type WatchedPage } from './chromium.ts'
import type { Site } from './site.ts'

type Component = PageContent['sections'][number]['components'][number]

export function component(name: string, source: Component['source'] = { kind: 'manual' }): Component {
  return { id: crypto.randomUUID(), name, description: '', showsUptime: true, showsChart: false, source, parts: [] }
}

/** A page through the API, with the session of the browser's page. */
export async function createPage(page: Page, title: string, components: readonly Component[]): Promise<StatusPage> {
  const content = { title, sections: [{ id: crypto.randomUUID(), name: '', components }] }
  return (await post(page, '/api/v1/status-pages', { content })) as StatusPage
}

export async function publishPage(page: Page, { id }: Pick<StatusPage, 'id'>): Promise<void> {
  await post(page, `/api/v1/status-pages/${id}/publish`, undefined)
}

export async function post(page: Page, path: string, data: unknown): Promise<unknown> {
  const headers = { origin: new URL(page.url()).origin }
  const answer = await page.request.post(path, { headers, ...(data === undefined ? {} : { data }) })
  if (!answer.ok()) throw new Error(`${path} answered ${answer.status()} ${await answer.text()}`)
  return answer.json()
}

const SEEN_WITHIN_MS = 20_000

/** What outsiders read at the address of a page, once it is as wanted. */
export async function publicText(site: Site, slug: string, isWanted: (html: string) => boolean): Promise<string> {
  let html = ''
  const look = async () => {
    html = await (await fetch(`${site.url}/status/${slug}`)).text()
    return isWanted(html)
  }
  await eventually(`the public page ${slug} as wanted`, look, SEEN_WITHIN_MS)
  return html
}

export async function openWide(site: Site): Promise<WatchedPage> {
  return openPage(site.browser, {
    url: site.url,
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 900 },
  })
}
