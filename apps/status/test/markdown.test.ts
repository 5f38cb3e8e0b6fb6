import { describe, expect, test } from 'bun:test'
import { Markdown } from '../src/render/markdown.tsx'
import { hostileTexts } from '../testing/hostile-texts.ts'
import { dangersIn, elementsOf } from './elements.ts'

const html = (text: string) => String(Markdown({ text }))
const inner = (text: string) => /^<div class="text">(.*)<\/div>$/s.exec(html(text))?.[1]

describe('what people write on a page', () => {
  test.each([
    ['is paragraphs', 'one\n\ntwo', '<p>one</p><p>two</p>'],
    ['is emphasised', '*a* **b**', '<p><em>a</em> <strong>b</strong></p>'],
    ['has code', '`a < b`', '<p><code>a &lt; b</code></p>'],
    ['has blocks of code', '```\na\n```', '<pre><code>a</code></pre>'],
    ['has lists', '* a\n* b', '<ul><li><p>a</p></li><li><p>b</p></li></ul>'],
    ['has lists that count', '3. a', '<ol start="3"><li><p>a</p></li></ol>'],
    ['has quotes', '> a', '<blockquote><p>a</p></blockquote>'],
    ['has headings below those of the page', '# a', '<h4>a</h4>'],
    ['breaks lines where it says so', 'a  \nb', '<p>a<br/>b</p>'],
    [
      'has links',
      '[a](https://shop.example/?a=1&b=2)',
      '<p><a href="https://shop.example/?a=1&amp;b=2" rel="nofollow noopener">a</a></p>',
    ],
    [
      'writes letters',
      '<mailto:a@shop.example>',
      '<p><a href="mailto:a@shop.example" rel="nofollow noopener">mailto:a@shop.example</a></p>',
    ],
    ['has no links to elsewhere on this host', '[a](/account)', '<p>a</p>'],
    ['shows HTML as it was written', 'a <b>b</b>', '<p>a &lt;b&gt;b&lt;/b&gt;</p>'],
    ['shows an image by its description', '![a cat](https://x.example/a.png)', '<p>a cat</p>'],
    ['is nothing where nothing was written', '', ''],
  ])('%s', (_what, text, expected) => {
    expect(inner(text)).toBe(expected)
  })

  test.each(hostileTexts.map((text) => [text]))('does nothing: %s', async (text) => {
    expect(await dangersIn(html(text))).toEqual([])
  })

  test('has none but the elements of the list', async () => {
    const allowed = 'div p em strong code pre br ul ol li blockquote h4 a'.split(' ')
    const tags = new Set((await elementsOf(hostileTexts.map(html).join(''))).map(({ tag }) => tag))
    expect([...tags].filter((tag) => !allowed.includes(tag))).toEqual([])
  })
})

test('something dangerous is seen as such, so that its absence says something', async () => {
  const dangerous = '<script>x</script><img src=x onerror=y><a href="javascript:z">a</a><p style="color:red">b</p>'
  expect(await dangersIn(dangerous)).toEqual(['script', 'img onerror', 'img to x', 'a to javascript:z', 'p style'])
})
