const protocols = new Set(['http:', 'https:', 'mailto:'])

/** The address as a browser will read it; undefined where following it would do something else than to go there or to write a letter. */
export function safeLink(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, href } = new URL(url)
  return protocols.has(protocol) ? href : undefined
}
