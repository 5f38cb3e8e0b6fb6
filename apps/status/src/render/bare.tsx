/** @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { icon } from './icon.ts'
import { style } from './style.ts'

/** A document without the page around it: for those who may not see that, or not yet. */
export function Bare({ language, title, children }: { language: string; title: string; children?: Child }) {
  return (
    <html lang={language} data-theme="auto">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <style>{raw(style)}</style>
        <link rel="icon" href={icon} />
      </head>
      <body>
        <main class="door">
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  )
}
