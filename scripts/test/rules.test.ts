import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brokenArrows } from '../arrows.ts'
import { missingPaths } from '../doc-paths.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'betteruptime-rules-'))
  for (const folder of ['apps/api', 'apps/consumer', 'packages/domain', 'packages/db', 'bench', 'scripts', 'docs']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

describe('import arrows', () => {
  const rows: [string, string, string, string | undefined][] = [
    ['a package may use what lies below it', 'packages/db/src/a.ts', "import { x } from '@repo/domain/x'", undefined],
    [
      'the domain uses nothing',
      'packages/domain/src/a.ts',
      "import { x } from '@repo/db/x'",
      'packages/domain may not import @repo/db/x',
    ],
    [
      'a consumer knows no database',
      'apps/consumer/src/a.ts',
      "import type { x } from '@repo/db/x'",
      'apps/consumer may not import @repo/db/x',
    ],
    [
      'an app does not use an app',
      'apps/api/src/a.ts',
      "import { x } from 'consumer/x'",
      'an app may not import an app: consumer/x',
    ],
    ['one package alone knows pg', 'apps/api/src/a.ts', "import pg from 'pg'", 'only packages/db may import pg'],
    [
      'nobody reaches into another package',
      'apps/api/src/a.ts',
      "import { x } from '../../../packages/db/src/x.ts'",
      'reaches out of its package',
    ],
    [
      'a dynamic import is an import',
      'apps/api/src/a.ts',
      "await import('ioredis')",
      'only packages/streams may import ioredis',
    ],
    [
      'a re-export is an import',
      'apps/publisher/src/a.ts',
      "export { x } from '@repo/probes/x'",
      'apps/publisher may not import @repo/probes/x',
    ],
    [
      'tests use the fixtures of any package',
      'apps/api/test/a.test.ts',
      "import { x } from '@repo/probes/testing'",
      undefined,
    ],
  ]
  test.each(rows)('%s', (_rule, file, text, complaint) => {
    write(file, text)
    const complaints = brokenArrows(root)
    if (complaint === undefined) expect(complaints).toEqual([])
    else expect(complaints).toEqual([expect.stringContaining(`${file}: ${complaint}`)])
  })
})

describe('paths named in the docs', () => {
  const rows: [string, string, number][] = [
    ['a link to a file that is there', 'See [the guide](docs/guide.md).', 0],
    ['a link to a file that is gone', 'See [the guide](docs/old.md).', 1],
    ['a code span that is a path and there', 'In `packages/db`.', 0],
    ['a code span that is a path and gone', 'In `packages/gone/src/x.ts`.', 1],
    ['a link elsewhere', 'See [them](https://example.com/docs/x).', 0],
  ]
  test.each(rows)('%s', (_what, text, missing) => {
    write('docs/guide.md', '')
    write('README.md', text)
    expect(missingPaths(root)).toHaveLength(missing)
  })
})
