import { afterAll, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { joinScripts } from '../src/join-scripts.ts'

/** A built site of two pages, as the bundler leaves it: a frame that both have, a part of one, and what loads them. */
const directory = mkdtempSync(join(tmpdir(), 'built-'))
const folder = join(directory, '_next/static/chunks')
mkdirSync(folder, { recursive: true })
afterAll(() => rmSync(directory, { recursive: true }))

const script = (name: string) => `<script src="/_next/static/chunks/${name}.js" async=""></script>`
const pushed = (body: string) =>
  `(globalThis.TURBOPACK||(globalThis.TURBOPACK=[])).push(["object"==typeof document?document.currentScript:void 0,${body}])`
writeFileSync(join(folder, 'frame.js'), pushed('1,()=>"frame"'))
writeFileSync(join(folder, 'list.js'), pushed('2,()=>"list"'))
writeFileSync(
  join(folder, 'turbopack-loader.js'),
  'globalThis.loaded=globalThis.TURBOPACK.map((part)=>Array.isArray(part)?[part[0].getAttribute("src"),part[2]()]:part.otherChunks)',
)
const hint = '<link rel="preload" as="script" fetchPriority="low" href="/_next/static/chunks/frame.js"/>'
const page = (names: readonly string[]) =>
  `<html><head>${hint}${names.map(script).join('')}</head><body><script>self.__next_f.push([1,"0:[[\\"$\\",\\"script\\",\\"script-0\\",{\\"src\\":\\"/_next/static/chunks/list.js\\",\\"async\\":true}]]"])</script>${script('bare').replace(' async=""', ' noModule=""')}</body></html>`
writeFileSync(join(directory, 'monitors.html'), page(['frame', 'turbopack-loader', 'list']))
writeFileSync(join(directory, 'signin.html'), page(['frame', 'turbopack-loader']))
await joinScripts(directory)

const read = (name: string) => readFileSync(join(directory, name), 'utf8')
const namesIn = (html: string) => Array.from(html.matchAll(/<script src="([^"]+)" defer="">/g), ([, src = '']) => src)

describe('the scripts of a built page', () => {
  test('are two files, in order: what all pages have, and what this one has with the loader at its end', () => {
    const [everywhere = '', own = '', ...more] = namesIn(read('monitors.html'))
    expect(more).toEqual([])
    expect(namesIn(read('signin.html'))[0]).toBe(everywhere)
    expect(namesIn(read('signin.html'))[1]).not.toBe(own)
    const world: { TURBOPACK?: unknown; loaded?: unknown } = {}
    for (const name of [everywhere, own]) new Function('globalThis', 'document', read(name))(world, {})
    expect(world.loaded).toEqual([
      ['/_next/static/chunks/frame.js', 'frame'],
      ['static/chunks/frame.js'],
      ['/_next/static/chunks/list.js', 'list'],
      ['static/chunks/list.js'],
    ])
  })

  test('are named nowhere else in the page, but for browsers that know no modules', () => {
    const html = read('monitors.html')
    expect(html).not.toContain('async=""')
    expect(html).not.toContain('preload')
    expect(html).not.toContain('list.js')
    expect(html).toContain('noModule=""')
  })

  test('are refused where the bundler writes them in another way', async () => {
    writeFileSync(join(folder, 'other.js'), 'TURBOPACK.push([])')
    writeFileSync(join(directory, 'signin.html'), page(['frame', 'turbopack-loader', 'other']))
    writeFileSync(join(directory, 'monitors.html'), page(['frame', 'turbopack-loader']))
    expect(joinScripts(directory)).rejects.toThrow('other.js does not name itself as scripts used to')
  })
})
