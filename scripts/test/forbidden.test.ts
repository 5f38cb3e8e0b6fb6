import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dir, '..', '..')

test('no library that runs templates or code of users is installed', () => {
  const names = [...readFileSync(join(root, 'bun.lock'), 'utf8').matchAll(/^ {4}"([^"]+)": \[/gm)].map(
    ([, name]) => name,
  )
  expect(names.length).toBeGreaterThan(100)
  const forbidden = /^(liquid(js)?|handlebars|ejs|nunjucks|mustache|pug|vm2|isolated-vm|eta)$/
  expect(names.filter((name = '') => forbidden.test(name.split('/').at(-1) ?? ''))).toEqual([])
})

const sources = ['apps', 'packages'].flatMap((home) =>
  readdirSync(join(root, home), { recursive: true, encoding: 'utf8' })
    .filter(
      (file) => /^[^/]+\/src\/.*\.tsx?$/.test(file) && !file.includes('node_modules') && !file.startsWith('tests/'),
    )
    .map((file) => join(home, file)),
)

/** Who has to start another program: the database of one process, its dashboard, and what has no other way. */
const mayStartPrograms = ['packages/db/src/embedded', 'apps/standalone/src/', 'packages/probes/src/ping']

test('no source runs text as code, and few start programs, none through a shell', () => {
  expect(sources.length).toBeGreaterThan(300)
  const found = sources.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    const runsText = /\bnode:vm\b|\bnew Function\b|(?<![.\w])eval\(/.test(text)
    const startsPrograms = /\bnode:child_process\b|\bBun\.(spawn|spawnSync|\$)/.test(text)
    const isAllowed = mayStartPrograms.some((home) => file.startsWith(home))
    const usesShell = /\bexecSync\(|\bexec\(`|shell:\s*true|Bun\.\$/.test(text)
    return runsText || usesShell || (startsPrograms && !isAllowed) ? [file] : []
  })
  expect(found).toEqual([])
})
