import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDER = '/_next/static/chunks/'

/**
 * Joins the scripts with which the pages of a built site begin: what all pages have becomes one file, and what a page
 * has beside that another. The bundler cuts them into ten and more, each of which is a request.
 */
export async function joinScripts(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.html'))
  const pages = await Promise.all(
    names.map(async (name) => {
      const html = await Bun.file(join(directory, name)).text()
      return { file: join(directory, name), html, scripts: scriptsOf(html) }
    }),
  )
  const shared = (pages[0]?.scripts ?? []).filter((script) => pages.every(({ scripts }) => scripts.includes(script)))
  // The loader goes last: when it starts, it finds all there, and fetches none of it by itself.
  const everywhere = await write(
    directory,
    shared.filter((script) => !isLoader(script)),
  )
  for (const { file, html, scripts } of pages) {
    const own = [...scripts.filter((script) => !shared.includes(script)), ...shared.filter(isLoader)]
    await Bun.write(file, nameScripts(html, [everywhere, await write(directory, own)]))
  }
}

const tagPattern = new RegExp(`<script src="${FOLDER}([^"]+)"(?: id="[^"]*")? async=""></script>`, 'g')

function scriptsOf(html: string): string[] {
  return Array.from(html.matchAll(tagPattern), ([, name = '']) => name)
}

function isLoader(script: string): boolean {
  return script.startsWith('turbopack-')
}

/** @returns The name of one file with all of them, which is made of what is in it. */
async function write(directory: string, scripts: readonly string[]): Promise<string> {
  const read = (script: string) => Bun.file(join(directory, FOLDER, script)).text()
  const parts = scripts.filter((script) => !isLoader(script))
  const texts = await Promise.all([
    ...parts.map(async (script) => asPart(await read(script), script)),
    awaited(parts),
    ...scripts.filter(isLoader).map(read),
  ])
  const text = texts.join('\n;')
  const name = `joined-${Bun.hash(text).toString(36)}.js`
  await Bun.write(join(directory, FOLDER, name), text)
  return name
}

const OWN_ADDRESS = '"object"==typeof document?document.currentScript:void 0'

/** A script tells the loader which one it is by the element that it came in, which in a joined file is another. */
function asPart(text: string, script: string): string {
  const [before, after, ...more] = text.split(OWN_ADDRESS)
  if (after === undefined || more.length > 0) throw new Error(`${script} does not name itself as scripts used to`)
  return `${before}{getAttribute:()=>"${FOLDER}${script}"}${after}`
}

/** Tells the loader that these come by themselves: it would ask for each by an element of its own. */
function awaited(scripts: readonly string[]): string {
  const otherChunks = scripts.map((script) => `static/chunks/${script}`)
  const loaded = JSON.stringify({ otherChunks, runtimeModuleIds: [] })
  return `(globalThis.TURBOPACK||(globalThis.TURBOPACK=[])).push(${loaded});`
}

/** In order, and once the page is read; nothing in the page asks for a script that is in them. */
function nameScripts(html: string, names: readonly string[]): string {
  const tags = names.map((name) => `<script src="${FOLDER}${name}" defer=""></script>`).join('')
  const bare = html
    .replaceAll(tagPattern, '')
    .replaceAll(new RegExp(`<link rel="preload" as="script"[^>]*href="${FOLDER}[^"]+"[^>]*/>`, 'g'), '')
    .replaceAll(/\[\\"\$\\",\\"script\\",\\"script-\d+\\",\{[^}]*\}\]/g, 'null')
  return bare.replace('</head>', `${tags}</head>`)
}
