/** @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Tone } from '../headline.ts'

/** A shape of its own for each tone, so that they differ without colour. Decorative: a word stands beside it. */
export function Glyph({ tone }: { tone: Tone }) {
  return <>{raw(glyphHtml(tone))}</>
}

export function glyphHtml(tone: Tone): string {
  return `<svg class="glyph" aria-hidden="true"><use href="#${tone}"/></svg>`
}

/** What glyphs and bars refer to: once in a document, so that each of them is one element. */
export function Definitions() {
  return (
    <svg class="defs" aria-hidden="true">
      <symbol id="up" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="8" fill="var(--up)" />
        <path class="mark" d="M4.6 8.3 7 10.7l4.4-5" />
      </symbol>
      <symbol id="degraded" viewBox="0 0 16 16">
        <path d="M8 .8 16 15H0z" fill="var(--degraded)" />
        <path class="mark" d="M8 6v3.6M8 12.4v.1" />
      </symbol>
      <symbol id="down" viewBox="0 0 16 16">
        <path d="M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7z" fill="var(--down)" />
        <path class="mark" d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" />
      </symbol>
      <symbol id="maintenance" viewBox="0 0 16 16">
        <rect width="16" height="16" rx="4" fill="var(--maintenance)" />
        <path class="mark thin" d="M4.4 5.2h7.2M4.4 8h7.2m-7.2 2.8h7.2" />
      </symbol>
      <symbol id="unknown" viewBox="0 0 16 16">
        <path class="line" d="m8 1.2 6.8 6.8L8 14.8 1.2 8z" />
        <path class="line" d="M6.6 6.5c.2-.8.8-1.1 1.4-1.1.9 0 1.5.5 1.5 1.3 0 1-1.5 1.1-1.5 2.1M8 10.9v.1" />
      </symbol>
      <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path class="ground" d="M0 0h5v5H0z" />
        <path d="M0 0h3v5H0z" fill="var(--down)" />
      </pattern>
      <pattern id="stripes" width="4" height="4" patternUnits="userSpaceOnUse">
        <path d="M0 0h4v2H0z" fill="var(--maintenance)" />
      </pattern>
    </svg>
  )
}

/** The sign of the product, for pages without a logo of their own. */
export function Mark() {
  return (
    <svg class="sign" viewBox="0 0 22 22" aria-hidden="true">
      <path d="M1 20.5h20" stroke="currentColor" stroke-width="1.5" />
      <path d="M3 18.5v-6h2.6v6zM7.6 18.5v-10h2.6v10zM16.8 18.5v-8h2.6v8z" fill="var(--up)" />
      <path d="M12.2 18.5V2l2.6 4v12.5z" fill="var(--accent)" />
    </svg>
  )
}
