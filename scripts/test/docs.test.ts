import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dir, '..', '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** The texts between quotes of a list constant. */
function listed(path: string, constant: string): string[] {
  const [, body = ''] = read(path).match(new RegExp(`${constant} = \\[([^\\]]*)\\]`)) ?? []
  return [...body.matchAll(/'([^']+)'/g)].map(([, code = '']) => code)
}

const lists: [string, string, string, string][] = [
  ['outcome code', 'packages/domain/src/outcome.ts', 'outcomeCodes', 'docs/outcomes.md'],
  ['problem code', 'packages/contracts/src/problem.ts', 'problemCodes', 'docs/api.md'],
]
test.each(lists)('every %s of %s is explained', (_what, source, constant, document) => {
  const codes = listed(source, constant)
  expect(codes.length).toBeGreaterThan(10)
  const explained = [...read(document).matchAll(/^\| `([A-Za-z0-9_]+)` \|/gm)].map(([, code]) => code)
  expect(codes.filter((code) => !explained.includes(code))).toEqual([])
})

test('every variable that a program reads is in the configuration page', () => {
  const sources = ['packages/config/src/roles.ts', 'packages/config/src/standalone.ts'].map(read).join('\n')
  const names = new Set([...sources.matchAll(/^\s+([A-Z][A-Z_]+):/gm)].map(([, name = '']) => name))
  expect(names.size).toBeGreaterThan(10)
  const page = read('docs/configuration.md')
  expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})
