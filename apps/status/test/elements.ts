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

/** What has broken other pages: markup, half markup, links that run, and markdown that hides them. */
export const hostileTexts = [
  '<script>alert(1)</script>',
  '"><script src=//evil.example/x.js></script>',
  "'><img src=x onerror=alert(1)>",
  '<img src=x onerror="alert(1)">',
  '<svg onload=alert(1)>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<math><mtext></mtext><mglyph><style><!--</style><img title="--><img src=x onerror=alert(1)>">',
  '</title><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '</textarea><iframe src="javascript:alert(1)">',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<base href="https://evil.example/">',
  '<xss style="animation-name:x" onanimationstart="alert(1)"></xss>',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[x](vbscript:msgbox)',
  '[x](file:///etc/passwd)',
  '[x](//evil.example)',
  '[x][y]\n\n[y]: javascript:alert(1)',
  '![x](javascript:alert(1))',
  '![x" onerror="alert(1)](https://evil.example/x.png)',
  '<javascript:alert(1)>',
  '<https://evil.example/"onmouseover="alert(1)>',
  '[x](https://evil.example "x\\" onclick=\\"alert(1)")',
  '`<script>alert(1)</script>`',
  '```html\n<script>alert(1)</script>\n```',
  '# <script>alert(1)</script>',
  '* <img src=x onerror=alert(1)>',
  '$\u007b7*7} {{7*7}} <%= 7*7 %>',
  '\u202e<script>alert(1)</script>',
] as const
