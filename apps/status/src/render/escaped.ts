import { escapeToBuffer } from 'hono/utils/html'

/** Any text as it stands in markup, be it in an element or in an attribute: as hono's own elements write it. */
export function escaped(text: string): string {
  const buffer: [string] = ['']
  escapeToBuffer(text, buffer)
  return buffer[0]
}
