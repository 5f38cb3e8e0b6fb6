import { readMarkdown, type Said } from '@repo/contracts/safe-markdown'
import type { ReactNode } from 'react'

/** What somebody has written, as the page shows it: elements of those kinds alone that may be, everything else is text. */
export function SaidText({ text }: { text: string }) {
  return <div className="written">{elements(readMarkdown(text))}</div>
}

function elements(said: readonly Said[]): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: none ever moves
  return said.map((one, place) => <Element key={place} said={one} />)
}

function Element({ said }: { said: Said }): ReactNode {
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
    // Those of the screen are above it.
    case 'heading':
      return <h4>{elements(said.children)}</h4>
    case 'link':
      return (
        <a href={said.href} target="_blank" rel="nofollow noopener">
          {elements(said.children)}
        </a>
      )
  }
}
