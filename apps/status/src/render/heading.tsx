/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'

/** A heading of the rank that its place asks for: none is passed over, so that a page can be read by its headings. */
export function Heading({ rank, children }: { rank: 2 | 3 | 4; children?: Child }) {
  switch (rank) {
    case 2:
      return <h2 class="name">{children}</h2>
    case 3:
      return <h3 class="name">{children}</h3>
    case 4:
      return <h4 class="name">{children}</h4>
  }
}
