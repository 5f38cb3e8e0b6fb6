import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'bun'

/** Answers requests for the pages and files of one built site, out of memory. */
export interface StaticSite {
  fetch(request: Request): Response
}

interface SiteFile {
  readonly body: Uint8Array<ArrayBuffer>
  readonly gzipped: Uint8Array<ArrayBuffer> | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly etag: string
}

/** Reads the whole of the site, a few hundred kilobytes, and computes each page's content security policy. */
export async function openStaticSite(directory: string): Promise<StaticSite> {
  const paths = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = new Map<string, SiteFile>()
  for (const entry of paths.filter((path) => path.isFile())) {
    const file = join(entry.parentPath, entry.name)
    files.set(file.slice(directory.length), await readSiteFile(file))
  }
  if (!files.has('/monitors.html'))
    throw new Error(`no built dashboard in ${directory}: run "bun run build" in apps/web`)
  return { fetch: (request) => answer(files, request) }
}

const contentTypes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  woff2: 'font/woff2',
}

async function readSiteFile(path: string): Promise<SiteFile> {
  const body = new Uint8Array(await Bun.file(path).arrayBuffer())
  const extension = path.slice(path.lastIndexOf('.') + 1)
  const isHashed = path.includes('/_next/static/')
  return {
    body,
    gzipped: extension === 'woff2' ? undefined : gzipSync(body),
    etag: `"${Bun.hash(body).toString(36)}"`,
    headers: {
      'content-type': contentTypes[extension] ?? 'application/octet-stream',
      'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      ...(extension === 'html' ? pageHeaders(new TextDecoder().decode(body)) : {}),
      // A worker has the policy of its own file, and this one has nothing to ask for.
      ...(path.endsWith('/sw.js') ? { 'content-security-policy': "default-src 'none'" } : {}),
    },
  }
}

function pageHeaders(html: string): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(inlineScriptHashes(html)),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'x-frame-options': 'DENY',
  }
}

/** The inline scripts of a static page are known when it is built, so the policy names each by its hash. */
export function inlineScriptHashes(html: string): string[] {
  const scripts = html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)
  const hashes = Array.from(scripts, ([, text = '']) => new Bun.CryptoHasher('sha256').update(text).digest('base64'))
  return [...new Set(hashes)]
}

function contentSecurityPolicy(scriptHashes: readonly string[]): string {
  const scripts = scriptHashes.map((hash) => `'sha256-${hash}'`)
  return [
    "default-src 'none'",
    `script-src 'self' ${scripts.join(' ')}`,
    "style-src 'self'",
    // Prerendered heights and widths are style attributes; no style sheet can come in by them.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    // A status page as it would be, beside what it is made of.
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function answer(files: ReadonlyMap<string, SiteFile>, request: Request): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response('Method not allowed\n', { status: 405, headers: { allow: 'GET, HEAD' } })
  }
  const { pathname } = new URL(request.url)
  const file = files.get(pathname) ?? files.get(pageOf(pathname))
  if (file) return send(file, request)
  const missing = files.get('/404.html')
  return missing ? send(missing, request, 404) : new Response('Not found\n', { status: 404 })
}

/** Shells of what has an id or a section in its address: the browser reads which. */
const shells: Readonly<Record<string, string>> = {
  monitors: '/monitor.html',
  incidents: '/incident.html',
  settings: '/settings.html',
  alerts: '/alerts.html',
  'status-pages': '/status-page.html',
}

function pageOf(pathname: string): string {
  if (pathname === '/') return '/index.html'
  const shell = shells[pathname.match(/^\/([^/]+)\/[^/]+\/?$/)?.[1] ?? '']
  if (shell !== undefined) return shell
  return `${pathname.replace(/\/$/, '')}.html`
}

function send({ body, gzipped, headers, etag }: SiteFile, request: Request, status = 200): Response {
  if (status === 200 && request.headers.get('if-none-match') === etag) {
    return new Response(null, { status: 304, headers: { ...headers, etag } })
  }
  const asGzip = gzipped !== undefined && /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  const bytes = asGzip ? gzipped : body
  return new Response(request.method === 'HEAD' ? null : bytes, {
    status,
    headers: { ...headers, etag, vary: 'accept-encoding', ...(asGzip ? { 'content-encoding': 'gzip' } : {}) },
  })
}
