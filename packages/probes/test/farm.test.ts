import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { FarmTools } from '../farm/row.ts'
import { farm } from '../farm/rows.ts'
import { runRow } from '../farm/run-row.ts'
import { openTools } from '../farm/tools.ts'

const rejections: unknown[] = []
const noteRejection = (reason: unknown) => rejections.push(reason)
let tools: FarmTools & AsyncDisposable

beforeAll(async () => {
  process.on('unhandledRejection', noteRejection)
  tools = await openTools()
})

afterAll(async () => {
  await tools[Symbol.asyncDispose]()
  process.off('unhandledRejection', noteRejection)
  expect(rejections).toEqual([])
})

describe.each(Object.entries(farm))('a target %s', (_group, rows) => {
  test.each(rows.map((row) => [row.id, row.name, row.code, row] as const))(
    '%s that %s is %s',
    async (_id, _name, _code, row) => {
      expect((await runRow(row, { tools })).wrong).toEqual([])
    },
  )
})
