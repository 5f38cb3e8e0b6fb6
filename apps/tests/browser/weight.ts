import { gzipSync } from 'bun'

/** Compressed bytes of the scripts that a page names: what a first visit loads before it can do anything. */
export async function scriptBytes(url: string, path: string): Promise<number> {
  const html = await (await fetch(`${url}${path}`)).text()
  const tags = Array.from(html.matchAll(/<script[^>]*>/g), ([tag]) => tag).filter((tag) => !/\bnomodule\b/i.test(tag))
  const sources = new Set(tags.flatMap((tag) => tag.match(/ src="([^"]+)"/)?.[1] ?? []))
  if (sources.size === 0) throw new Error(`${path} names no script`)
  const sizes = await Promise.all(
    [...sources].map(async (source) => gzipSync(await (await fetch(`${url}${source}`)).bytes()).length),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
