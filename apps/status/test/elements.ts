export interface FoundElement {
  readonly tag: string
  readonly attributes: ReadonlyMap<string, string>
}

/** Every element of some HTML as a parser of browsers' rules finds it, in the order of the document. */
export async function elementsOf(html: string): Promise<FoundElement[]> {
  const found: FoundElement[] = []
  const rewriter = new HTMLRewriter().on('*', {
    element: ({ tagName, attributes }) => void found.push({ tag: tagName, attributes: new Map(attributes as never) }),
  })
  await rewriter.transform(new Response(html)).text()
  return found
}

/** What could run, load or send something that it should not: empty of every page, whatever people have written on it. */
export async function dangersIn(html: string): Promise<string[]> {
  return (await elementsOf(html)).flatMap(({ tag, attributes }) => {
    const names = [...attributes.keys()].filter(
      (name) => name.startsWith('on') || name === 'style' || name === 'srcdoc',
    )
    const links = ['href', 'src', 'action', 'formaction'].flatMap((name) => attributes.get(name) ?? [])
    const isForeign = (link: string) => !/^(?:\/(?!\/)|#|https?:\/\/|mailto:|data:image\/svg\+xml,)/.test(link)
    const isOdd = ['iframe', 'object', 'embed', 'base', 'math', 'template', 'xss'].includes(tag)
    const isOddScript = tag === 'script' && !attributes.get('src')?.startsWith('/status/assets/')
    return [
      ...names.map((name) => `${tag} ${name}`),
      ...links.filter(isForeign).map((link) => `${tag} to ${link}`),
      ...(isOdd || isOddScript ? [tag] : []),
    ]
  })
}
