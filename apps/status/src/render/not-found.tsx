/** @jsxImportSource hono/jsx */
import type { PageLanguage } from '@repo/contracts/status-pages'
import { raw } from 'hono/html'
import type { PageView } from '../view.ts'
import { wordsOf } from '../words.ts'
import { BackLink } from './history-page.tsx'
import { Shell } from './shell.tsx'
import { style } from './style.ts'

/** An address of a page at which there is nothing. */
export function renderNotFound(view: PageView): string {
  const { words } = view
  const element = (
    <Shell view={view} title={words.page.notFound}>
      <h1>{words.page.notFound}</h1>
      <p>{words.page.notFoundHint}</p>
      <BackLink view={view} />
    </Shell>
  )
  return `<!doctype html>${element.toString()}`
}

/** An address of no page: it tells nothing, and is the same whatever was asked for. */
export function renderNowhere(language: PageLanguage): string {
  const words = wordsOf(language)
  const element = (
    <html lang={language} data-theme="auto">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{words.page.notFound}</title>
        <style>{raw(style)}</style>
      </head>
      <body>
        <main class="alone">
          <h1>{words.page.notFound}</h1>
          <p>{words.page.notFoundHint}</p>
        </main>
      </body>
    </html>
  )
  return `<!doctype html>${element.toString()}`
}
