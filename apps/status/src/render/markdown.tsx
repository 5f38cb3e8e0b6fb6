/** @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Nodes, Parents } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { safeLink } from '../safe-link.ts'

/**
 * What people have written, by a list of what may be: paragraphs, emphasis, code, lists, quotes and links. All else is shown as
 * the text that it is, so that nothing of it can ever run: HTML with its angle brackets, an image by its description.
 */
export function Markdown({ text }: { text: string }) {
  return <>{raw(markdownHtml(text))}</>
}

const made = new Map<string, string>()
const KEPT = 500

/** What is said on a page is said again whenever anything else on it changes: it is read once. */
function markdownHtml(text: string): string {
  const known = made.get(text)
  if (known !== undefined) return known
  if (made.size >= KEPT) made.clear()
  const html = String(<div class="text">{children(fromMarkdown(text))}</div>)
  made.set(text, html)
  return html
}

function children(parent: Parents): Child[] {
  return parent.children.map((child) => element(child))
}

function element(node: Nodes): Child {
  switch (node.type) {
    case 'text':
      return node.value
    case 'paragraph':
      return <p>{children(node)}</p>
    case 'emphasis':
      return <em>{children(node)}</em>
    case 'strong':
      return <strong>{children(node)}</strong>
    case 'inlineCode':
      return <code>{node.value}</code>
    case 'code':
      return (
        <pre>
          <code>{node.value}</code>
        </pre>
      )
    case 'break':
      return <br />
    case 'list':
      return node.ordered ? <ol start={node.start ?? 1}>{children(node)}</ol> : <ul>{children(node)}</ul>
    case 'listItem':
      return <li>{children(node)}</li>
    case 'blockquote':
      return <blockquote>{children(node)}</blockquote>
    // Those of the page are above it.
    case 'heading':
      return <h4>{children(node)}</h4>
    case 'link':
      return <Link url={node.url}>{children(node)}</Link>
    case 'html':
      return node.value
    case 'image':
    case 'imageReference':
      return node.alt ?? ''
    default:
      return 'children' in node ? children(node) : ''
  }
}

function Link({ url, children }: { url: string; children?: Child }) {
  const href = safeLink(url)
  if (href === undefined) return <>{children}</>
  return (
    <a href={href} rel="nofollow noopener">
      {children}
    </a>
  )
}
