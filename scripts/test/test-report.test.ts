import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readReport } from '../test-report.mjs'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'betteruptime-report-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What the runner itself reports of such a file of tests. */
function reportOf(tests: string) {
  const path = join(folder, 'some.test.ts')
  const report = join(folder, 'report.xml')
  writeFileSync(path, `import { describe, expect, test } from 'bun:test'\n${tests}`)
  Bun.spawnSync([process.execPath, 'test', '--reporter=junit', `--reporter-outfile=${report}`, path], { cwd: folder })
  return readReport(readFileSync(report, 'utf8'))
}

describe('the report of a suite', () => {
  test('counts what passed, failed and was skipped', () => {
    const { passed, failed, skipped } = reportOf(
      // Nothing of ours is skipped: this is the text of a file, written to see how the runner reports a skipped test.
      `test('a', () => {}); test('b', () => {}); test.skip('c', () => {}); test('d', () => { throw new Error('x') })`,
    )
    expect({ passed, failed, skipped }).toEqual({ passed: 2, failed: 1, skipped: 1 })
  })

  test('says of each failure where it is, its name, and what was expected', () => {
    const { failures } = reportOf(
      `test('good', () => {})\ndescribe('a "list"', () => {\n  test('is <short> & new', () => expect(['<a>']).toEqual([]))\n})`,
    )
    expect(failures).toHaveLength(1)
    expect(failures[0]?.where).toMatch(/some\.test\.ts:4 .*a "list".* > is <short> & new$/)
    expect(failures[0]?.what).toContain('expect(received).toEqual(expected)')
    expect(failures[0]?.what).toContain('"<a>"')
  })

  test('has no failures where all is well', () => {
    expect(reportOf(`test('good', () => {})`)).toEqual({ passed: 1, failed: 0, skipped: 0, failures: [] })
  })
})
