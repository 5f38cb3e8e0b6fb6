import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyProduct } from '../src/fault-product.ts'
import { root } from '../src/program.ts'
import { scenarios } from './scenarios.ts'

describe('a copy of the product that is to be harmed', () => {
  test('has its own packages, and none of the links leads back to the original', () => {
    const copy = copyProduct(root, [])
    try {
      const linked = join(copy.root, 'apps/publisher/node_modules/@repo/domain/src/limits.ts')
      expect(readFileSync(linked, 'utf8')).toContain('publishAheadMs')
      expect(Bun.resolveSync('@repo/domain/limits', join(copy.root, 'apps/publisher/src'))).toStartWith(copy.root)
    } finally {
      copy.remove()
    }
    expect(existsSync(copy.root)).toBe(false)
  })

  test('is refused where the text of a sabotage is not there, or is there twice', () => {
    const file = 'packages/domain/src/limits.ts'
    expect(() => copyProduct(root, [{ file, find: 'no such text', replace: '' }])).toThrow('finds its text 0 times')
    expect(() => copyProduct(root, [{ file, find: 'max', replace: '' }])).toThrow('must find it once')
  })
})

describe('each fault', () => {
  test.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    '%s has a sabotage whose texts are still there',
    (_id, { twin }) => {
      expect(twin.sabotages.length).toBeGreaterThan(0)
      copyProduct(root, twin.sabotages).remove()
    },
  )

  test('has an id of its own', () => {
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length)
  })
})
