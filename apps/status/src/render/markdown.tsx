/** @jsxImportSource hono/jsx */
import { readMarkdown, type Said } from '@repo/contracts/safe-markdown'
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'

/** What people have written, as elements of those kinds alone that may be. */
export function Markdown({ text }: { text: string }) {
  return <>{raw(markdownHtml(text))}</>
}

const made = new Map<string, string>()
const KEPT = 500

/** What is said on a page is said again whenever anything else on it changes: it is read once. */
export function markdownHtml(text: string): string {
  const known = made.get(text)
  if (known !== undefined) return known
  if (made.size >= KEPT) made.clear()
  const html = String(<div class="text">{elements(readMarkdown(text))}</div>)
  made.set(text, html)
  return html
}

function elements(said: readonly Said[]): Child[] {
  return said.map(element)
}

function element(said: Said): Child {
  switch (said.kind) {
    case 'text':
      return said.text
    case 'code':
      return <code>{said.text}</code>
    case 'block':
      return (
        <pre>
          <code>{said.text}</code>
        </pre>
      )
    case 'break':
      return <br />
    case 'paragraph':
      return <p>{elements(said.children)}</p>
    case 'emphasis':
      return <em>{elements(said.children)}</em>
    case 'strong':
      return <strong>{elements(said.children)}</strong>
    case 'bullets':
      return <ul>{elements(said.children)}</ul>
    case 'numbers':
      return <ol start={said.start}>{elements(said.children)}</ol>
    case 'item':
      return <li>{elements(said.children)}</li>
    case 'quote':
      return <blockquote>{elements(said.children)}</blockquote>
    // Those of the page are above it.
    case 'heading':
      return <h4>{elements(said.children)}</h4>
    case 'link':
      return (
        <a href={said.href} rel="nofollow noopener">
          {elements(said.children)}
        </a>
      )
  }
}
