import { describe, expect, test } from 'bun:test'
import { toHtml } from '../src/markdown.ts'

describe('markdown', () => {
  const shown: [string, string][] = [
    ['**strong** and *em*', '<p><strong>strong</strong> and <em>em</em></p>'],
    ['a\nb', '<p>a<br />b</p>'],
    ['# one\n\n## two\n\n### three', '<h3>one</h3>\n<h4>two</h4>\n<h3>three</h3>'],
    ['- a\n- b', '<ul>\n<li>a</li>\n<li>b</li>\n</ul>'],
    ['> said', '<blockquote>\n<p>said</p>\n</blockquote>'],
    ['`<b>`', '<p><code>&lt;b&gt;</code></p>'],
    ['[a](https://example.com/)', '<p><a href="https://example.com/" rel="nofollow noopener">a</a></p>'],
    ['<ops@example.com>', '<p><a href="mailto:ops@example.com" rel="nofollow noopener">ops@example.com</a></p>'],
    ['a < b && c > d', '<p>a &lt; b &amp;&amp; c &gt; d</p>'],
    ['<b>bold</b>', '<p>&lt;b&gt;bold&lt;/b&gt;</p>'],
  ]
  test.each(shown)('%p is shown', (text, html) => expect(toHtml(text).trim()).toBe(html))

  const hostile = [
    '<script>alert(1)</script>',
    'a <script>alert(1)</script> b',
    '<img src=x onerror=alert(1)>',
    '![x](https://evil.example/x.png)',
    '![x](javascript:alert(1))',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](java&#10;script:alert(1))',
    '[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1))',
    '[x](\u0001javascript:alert(1))',
    '[x](java\tscript:alert(1))',
    '[x](javascript&colon;alert(1))',
    '[x](vbscript:msgbox(1))',
    '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
    '[x](//evil.example/)',
    '[x](file:///etc/passwd)',
    '[x](https://a.example/"onmouseover="alert(1))',
    '[x](https://a.example/ "\\" onmouseover=alert(1) x=\\"")',
    '[x]: javascript:alert(1)\n\n[x]',
    '<javascript:alert(1)>',
    '<svg onload=alert(1)><script>1</script></svg>',
    '<svg><style><img src=x onerror=alert(1)></style></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<a href="javascript:alert(1)" onclick="alert(1)" style="x:y">x</a>',
    '<iframe srcdoc="<script>alert(1)</script>">',
    '<scr<script>ipt>alert(1)</scr</script>ipt>',
    '<p style="background:url(javascript:alert(1))">',
    '```"><script>alert(1)</script>\ncode\n```',
    '```js" onmouseover="alert(1)\ncode\n```',
    '- <details open ontoggle=alert(1)>',
    '> <b\n> onclick=alert(1)>x',
    '\uff1cscript\uff1ealert(1)\uff1c/script\uff1e',
    '[x](\u202ejavascript:alert(1))',
    '<\u0000script>alert(1)</script>',
    '<!--><img src=x onerror=alert(1)>-->',
    '<![CDATA[<script>alert(1)</script>]]>',
    '<?php echo 1 ?>',
    '| a |\n| - |\n| <img src=x onerror=alert(1)> |',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
  ]

  test.each(hostile)('of %p nothing is left that does something', (text) => {
    for (const tag of tagsOf(toHtml(text))) expect(tag).toMatch(harmless)
  })

  test('of ten thousand characters takes no long time, whatever they are', () => {
    for (const piece of ['[', '*', '> ', '- ', '`', '<', '![', '_a', '[](', '&', '\\', '1. ', '<!--'])
      expect(timeOf(() => toHtml(piece.repeat(10_000 / piece.length)))).toBeLessThan(2_000)
  })
})

const harmless =
  /^<(?:\/?(?:p|strong|em|code|pre|ul|ol|li|blockquote|h[3-6])|br \/|\/a|a(?: href="(?:https?:\/\/|mailto:)[^"<>\s]*")? rel="nofollow noopener")>$/

const tagsOf = (html: string) => html.match(/<[^>]*>?/g) ?? []

function timeOf(work: () => unknown): number {
  const beganMs = performance.now()
  work()
  return performance.now() - beganMs
}
