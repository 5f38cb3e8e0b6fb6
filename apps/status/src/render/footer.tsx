/** @jsxImportSource hono/jsx */
import { safeLink } from '@repo/contracts/safe-link'
import type { PageView } from '../view.ts'
import { rich } from './rich.ts'
import { Time, Zone } from './times.tsx'

export function Footer({ view }: { view: PageView }) {
  const { page, words, base, updatedAtMs } = view
  return (
    <footer>
      <p class="now">
        <span class="live" data-live="" data-reconnecting={words.page.reconnecting} hidden>
          {words.page.live}
        </span>
        <span data-part="updated">
          <Updated view={view} />
        </span>
        <span>{rich(words.page.zone, { zone: <Zone view={view} ms={updatedAtMs} /> })}</span>
      </p>
      <nav>
        <a href={`${base}/history`}>{words.page.history}</a>
        <a href={`${base}/history.rss`}>RSS</a>
        <a href={`${base}/history.atom`}>Atom</a>
        <a href={`${base}/feed.json`}>JSON</a>
        <a href={`${base}/maintenance.ics`}>iCal</a>
        <Link url={page.homepage} text={words.page.homepage} />
        <Link url={page.contact} text={words.page.contact} />
      </nav>
      <details>
        <summary>{words.page.formulaTitle}</summary>
        <p>{words.page.formula}</p>
        <p>{words.page.formulaRest}</p>
      </details>
    </footer>
  )
}

export function Updated({ view }: { view: PageView }) {
  const { words, updatedAtMs } = view
  return <>{rich(words.page.updated, { time: <Time view={view} ms={updatedAtMs} /> })}</>
}

function Link({ url, text }: { url: string | null; text: string }) {
  const href = url === null ? undefined : safeLink(url)
  if (href === undefined) return null
  return (
    <a href={href} rel="noopener">
      {text}
    </a>
  )
}
