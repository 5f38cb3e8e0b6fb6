/** @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { font, script } from '../page-assets.ts'
import type { PageView } from '../view.ts'
import { StaleText } from './banner.tsx'
import { Footer } from './footer.tsx'
import { Definitions, Mark } from './glyph.tsx'
import { icon } from './icon.ts'
import { style, themeStyle } from './style.ts'

interface ShellProps {
  readonly view: PageView
  /** Of the document; the page's own where it is undefined. */
  readonly title?: string
  /** Whether it is the page itself, which is kept up to date while it is read. */
  readonly isLive?: boolean
  readonly children?: Child
}

/** What every document of a page stands in: its head, header and footer, how old it is, and what the script has to know. */
export function Shell({ view, title, isLive = false, children }: ShellProps) {
  const { page, words, base } = view
  const accent = themeStyle(page.theme)
  return (
    <html lang={page.language} data-theme={page.theme.mode}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {!page.isListed && <meta name="robots" content="noindex" />}
        <title>{title === undefined ? page.title : `${title} · ${page.title}`}</title>
        {page.description && <meta name="description" content={page.description.slice(0, 160)} />}
        <link rel="preload" href={font.path} as="font" type="font/woff2" crossorigin="" />
        <style>{raw(style)}</style>
        {accent && <style>{raw(accent)}</style>}
        <link rel="icon" href={icon} />
        <link rel="alternate" type="application/rss+xml" title={page.title} href={`${base}/history.rss`} />
        <link rel="alternate" type="application/json+oembed" title={page.title} href={`${base}/oembed`} />
        <link rel="alternate" type="application/atom+xml" title={page.title} href={`${base}/history.atom`} />
        {!view.isPreview && <script src={script.path} defer />}
      </head>
      <body
        data-locale={words.locale}
        data-words={JSON.stringify(words.days)}
        data-events={isLive ? `${base}/events` : undefined}
        data-version={isLive ? view.version : undefined}
      >
        <Definitions />
        <header>
          <Title view={view} isLink={!isLive} />
          <a class="button" href={`${isLive ? '' : base || '/'}#subscribe`}>
            {words.page.getUpdates}
          </a>
        </header>
        <main>
          <p class="stale" data-stale="" data-part="stale" role="status" hidden={!view.isStale}>
            <StaleText view={view} />
          </p>
          {children}
        </main>
        <Footer view={view} />
      </body>
    </html>
  )
}

function Title({ view: { page, base }, isLink }: { view: PageView; isLink: boolean }) {
  const shown = page.logo ? (
    <img class="logo" src={`${base}/logo.png?v=${page.logo}`} alt={page.title} height="32" />
  ) : (
    <>
      <Mark />
      <span>{page.title}</span>
    </>
  )
  if (!isLink) return <h1>{shown}</h1>
  return (
    <p class="title">
      <a href={base || '/'}>{shown}</a>
    </p>
  )
}
