const USER_AGENT = 'Mozilla/5.0 (compatible; BetterUptime/0.1; +https://github.com/betteruptime/betteruptime)'

const FIELDS = `User-Agent: ${USER_AGENT}\r
Accept: */*\r
Accept-Encoding: identity\r
Cache-Control: no-cache\r
Connection: close\r
\r
`

/** The request of one hop. A parsed URL is percent-encoded ASCII, so nothing in it can end a line. */
export function requestText(url: URL): string {
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n${FIELDS}`
}
