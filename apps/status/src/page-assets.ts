import { fileURLToPath } from 'node:url'

/** A file that every page names. Its address changes with what is in it, so that it may be kept for ever. */
export interface Asset {
  readonly path: string
  readonly type: string
  readonly plain: Uint8Array<ArrayBuffer>
  /** The same, compressed; undefined where that would make nothing smaller. */
  readonly packed: Uint8Array<ArrayBuffer> | undefined
}

/** No slug can be this word, so the same addresses hold under a domain of a page's own. */
const folder = '/status/assets/'

const pathOf = (specifier: string) => fileURLToPath(import.meta.resolve(specifier))

export const font = toAsset({
  name: 'sans',
  suffix: 'woff2',
  type: 'font/woff2',
  bytes: await Bun.file(
    pathOf('@fontsource-variable/hanken-grotesk/files/hanken-grotesk-latin-wght-normal.woff2'),
  ).bytes(),
})

export const script = toAsset({
  name: 'page',
  suffix: 'js',
  type: 'text/javascript; charset=utf-8',
  bytes: new TextEncoder().encode(await buildScript()),
})

const byPath: ReadonlyMap<string, Asset> = new Map([font, script].map((asset) => [asset.path, asset]))

/** The answer to who asks for one of these files; undefined where it is none of them. */
export function assetAnswer(request: Request, path: string): Response | undefined {
  const asset = byPath.get(path)
  if (!asset) return undefined
  const headers = {
    'content-type': asset.type,
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
  }
  if (request.method === 'HEAD') return new Response(null, { headers })
  const isPacked = asset.packed && request.headers.get('accept-encoding')?.includes('gzip')
  return new Response(isPacked ? asset.packed : asset.plain, {
    headers: isPacked ? { ...headers, 'content-encoding': 'gzip' } : headers,
  })
}

interface AssetSource {
  readonly name: string
  readonly suffix: string
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

function toAsset({ name, suffix, type, bytes }: AssetSource): Asset {
  const packed = Bun.gzipSync(bytes, { level: 9 })
  return {
    path: `${folder}${name}.${Bun.hash(bytes).toString(36)}.${suffix}`,
    type,
    plain: bytes,
    packed: packed.length < bytes.length * 0.9 ? packed : undefined,
  }
}

/** Made when the process starts, from what lies beside it: there is nothing that could be of another day. */
async function buildScript(): Promise<string> {
  const entry = fileURLToPath(new URL('./client/page.ts', import.meta.url))
  const built = await Bun.build({ entrypoints: [entry], target: 'browser', format: 'iife', minify: true })
  const [output] = built.outputs
  if (!output) throw new Error('the script of the status pages cannot be built', { cause: built.logs })
  return output.text()
}
