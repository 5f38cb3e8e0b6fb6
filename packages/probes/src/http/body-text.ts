/**
 * The body as text, by its byte order mark or the charset of its content type (WHATWG Encoding). A charset that nobody
 * knows is taken for UTF-8, as browsers do; bytes that are none of it become replacement characters.
 */
export function bodyText(bytes: Buffer, contentType: string | undefined): string {
  const charset = byteOrderMark(bytes) ?? /charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8'
  return decoderFor(charset).decode(bytes)
}

function byteOrderMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : undefined
}

function decoderFor(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset as Bun.Encoding)
  } catch {
    return new TextDecoder()
  }
}
