import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OutcomeCode } from '../../packages/domain/src/outcome.ts'
import { verdictOf } from '../../packages/probes/src/engine/failure.ts'

const root = join(import.meta.dir, '..', '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** The texts between quotes of a list constant. */
function listed(path: string, constant: string): string[] {
  const [, body = ''] = read(path).match(new RegExp(`${constant} = \\[([^\\]]*)\\]`)) ?? []
  return [...body.matchAll(/'([^']+)'/g)].map(([, code = '']) => code)
}

const lists: [string, string, string, string][] = [
  ['problem code', 'packages/contracts/src/problem.ts', 'problemCodes', 'docs/api.md'],
]
test.each(lists)('every %s of %s is explained', (_what, source, constant, document) => {
  const codes = listed(source, constant)
  expect(codes.length).toBeGreaterThan(10)
  const explained = [...read(document).matchAll(/^\| `([A-Za-z0-9_]+)` \|/gm)].map(([, code]) => code)
  expect(codes.filter((code) => !explained.includes(code))).toEqual([])
})

describe('the page of an outcome code', () => {
  const codes = listed('packages/domain/src/outcome.ts', 'outcomeCodes')

  test.each(codes)('%s says what it means, why, and what to try', (code) => {
    const page = read(`docs/outcomes/${code}.md`)
    expect(page.split('\n')[0]).toBe(`# ${code}`)
    expect(page).toContain(`**${verdictOf(code as OutcomeCode)}**`)
    for (const heading of ['What it means', 'Usual causes', 'What to try']) {
      expect(page).toMatch(new RegExp(`^## ${heading}\\n\\n\\S`, 'm'))
    }
  })

  test('is in the index, and there is none of a code that there is not', () => {
    const index = [...read('docs/outcomes/README.md').matchAll(/^\| \[`([A-Z0-9_]+)`\]\(\1\.md\) \|/gm)].map(
      ([, code]) => code,
    )
    const pages = readdirSync(join(root, 'docs/outcomes')).filter((file) => file !== 'README.md')
    expect(index.toSorted()).toEqual(codes.toSorted())
    expect(pages.map((file) => file.replace('.md', '')).toSorted()).toEqual(codes.toSorted())
  })
})

test('every variable that a program reads is in the configuration page', () => {
  const folder = 'packages/config/src'
  const files = readdirSync(join(root, folder)).filter((file) => !['environment.ts', 'secrets.ts'].includes(file))
  const sources = files.map((file) => read(join(folder, file))).join('\n')
  const names = new Set([...sources.matchAll(/^\s+([A-Z][A-Z_]+):/gm)].map(([, name = '']) => name))
  expect(names.size).toBeGreaterThan(10)
  const page = read('docs/configuration.md')
  expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

test('the version that processes tell is that of the project', () => {
  const versionOf = (path: string) => (JSON.parse(read(path)) as { version: string }).version
  expect(versionOf('packages/service/package.json')).toBe(versionOf('package.json'))
})
