/** Text from a hostile target made fit for a page, a log line and a message: every byte that is not plain ASCII is escaped. */
export function escaped(text: string, limit = 40): string {
  const plain = text.slice(0, limit).replace(/[^\x20-\x7e]/g, escapedCharacter)
  return text.length > limit ? `${plain}…` : plain
}

/** The same for a text of several lines, which stay lines. */
export function escapedBlock(text: string, limit: number): string {
  const plain = text
    .slice(0, limit)
    .replaceAll('\r\n', '\n')
    .replace(/(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/gu, escapedCharacter)
  return text.length > limit || plain.length > limit ? `${plain.slice(0, limit)}…` : plain
}

/** A message that is already plain, cut to what is stored. */
export function clipped(text: string, limit = 300): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text
}

export function readableMs(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}

export function readableCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** `203.0.113.9:443`, `[2001:db8::1]:443`. */
export function readableEndpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function escapedCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
