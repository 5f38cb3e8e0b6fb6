import { describe, expect, test } from 'bun:test'
import { checkSpecSchema } from '../src/check-spec.ts'
import { httpUrl, normalUrl, websiteSpec } from '../src/specs/http.ts'

describe('a URL', () => {
  test.each([
    ['http://example.com'],
    ['https://example.com/path?query=1#part'],
    ['HTTPS://EXAMPLE.COM'],
    ['http://127.0.0.1:8080/'],
    ['http://[::1]:8080/'],
    ['https://bücher.example/straße'],
    [`https://example.com/${'x'.repeat(2_000)}`],
  ])('%p may be watched', (text) => expect(httpUrl.parse(text)).toBe(text))

  test('is trimmed', () => expect(httpUrl.parse('  https://example.com/ \n')).toBe('https://example.com/'))

  const refused: [unknown, string][] = [
    [undefined, 'a URL is required'],
    [null, 'a URL is required'],
    [7, 'a URL is required'],
    ['', 'a URL is required'],
    ['   ', 'a URL is required'],
    ['example.com', 'must start with http:// or https://'],
    ['//example.com', 'must start with http:// or https://'],
    ['ftp://example.com', 'must start with http:// or https://'],
    ['javascript:alert(1)', 'must start with http:// or https://'],
    ['file:///etc/passwd', 'must start with http:// or https://'],
    ['https:/example.com', 'must start with http:// or https://'],
    ['https://', 'is not a valid URL'],
    ['https://exa mple.com', 'is not a valid URL'],
    ['https://example.com:70000', 'is not a valid URL'],
    ['https://example.com/\0', 'is not a valid URL'],
    ['https://example.com/\ud800', 'is not a valid URL'],
    ['https://user@example.com', 'must not contain a user name or password'],
    ['https://user:secret@example.com', 'must not contain a user name or password'],
    [`https://example.com/${'x'.repeat(2_048)}`, 'a URL has at most 2048 characters'],
  ]
  test.each(refused)('%p is refused: %s', (text, why) => {
    const parsed = httpUrl.safeParse(text)
    expect(parsed.error?.issues[0]?.message).toBe(why)
  })
})

describe('two spellings of one website', () => {
  test.each([
    ['https://example.com', 'https://example.com/'],
    ['HTTPS://Example.COM/', 'https://example.com/'],
    ['https://example.com:443/', 'https://example.com/'],
    ['http://example.com:80/a', 'http://example.com/a'],
    ['https://example.com/a/../b', 'https://example.com/b'],
    ['https://example.com/#top', 'https://example.com/'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ])('%s is %s', (text, same) => expect(normalUrl(text)).toBe(same))

  test.each([
    ['http://example.com/', 'https://example.com/'],
    ['https://example.com/a', 'https://example.com/A'],
    ['https://example.com/a', 'https://example.com/a/'],
    ['https://example.com/?a=1', 'https://example.com/?a=2'],
  ])('%s is not %s', (one, other) => expect(normalUrl(one)).not.toBe(normalUrl(other)))
})

describe('the specification of an HTTP check', () => {
  test('has a default for all but its URL', () => {
    expect(checkSpecSchema.parse({ kind: 'http', url: 'https://example.com' })).toEqual({
      kind: 'http',
      url: 'https://example.com',
      timeoutMs: 10_000,
      maxRedirects: 10,
      expectedStatus: [{ from: 200, to: 299 }],
    })
  })

  test('of a website of the first API takes every status below 400 for up', () => {
    expect(websiteSpec('https://example.com').expectedStatus).toEqual([{ from: 100, to: 399 }])
  })

  const refused: [string, Record<string, unknown>, string][] = [
    ['another kind', { kind: 'gopher' }, 'kind'],
    ['a timeout below the least', { timeoutMs: 99 }, 'timeoutMs'],
    ['a timeout above the greatest', { timeoutMs: 30_001 }, 'timeoutMs'],
    ['half a millisecond', { timeoutMs: 100.5 }, 'timeoutMs'],
    ['a number in words', { timeoutMs: '1000' }, 'timeoutMs'],
    ['too many redirects', { maxRedirects: 11 }, 'maxRedirects'],
    ['HTTP/2 through a proxy', { httpVersion: '2', proxy: { host: 'proxy.example', port: 3_128 } }, 'httpVersion'],
    ['a negative count of redirects', { maxRedirects: -1 }, 'maxRedirects'],
    ['no status at all', { expectedStatus: [] }, 'expectedStatus'],
    ['a range that ends before it starts', { expectedStatus: [{ from: 299, to: 200 }] }, 'expectedStatus.0'],
    ['a status that is none', { expectedStatus: [{ from: 99, to: 200 }] }, 'expectedStatus.0.from'],
    ['a field that it does not know', { timeout: 10 }, ''],
  ]
  test.each(refused)('refuses %s', (_what, changed, field) => {
    const parsed = checkSpecSchema.safeParse({ kind: 'http', url: 'https://example.com', ...changed })
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([field])
  })
})
