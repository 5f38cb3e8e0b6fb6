import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isNamed } from '../../apps/web/src/settings/audit-words.ts'

const root = join(import.meta.dir, '../..')

/** Every action that is written into the audit log by its whole name. */
function recorded(): string[] {
  const texts = ['apps/api/src', 'apps/dbpusher/src'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, folder, name), 'utf8')),
  )
  return [
    ...new Set(
      texts.flatMap((text) => [...text.matchAll(/action: '([a-z_]+\.[a-z_]+)'/g)].map(([, name = '']) => name)),
    ),
  ]
}

test('whatever is written into the audit log has words in which people read it', () => {
  const actions = recorded()
  expect(actions).toContain('status_page.subscriber_deleted')
  expect(actions.filter((action) => !isNamed(action))).toEqual([])
})
