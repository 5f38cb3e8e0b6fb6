import { expect, test } from 'bun:test'
import { join } from 'node:path'

/** What a program that logs one error writes. */
async function logged(error: string): Promise<{ err: Record<string, unknown> }> {
  const program = `import { createLog } from ${JSON.stringify(join(import.meta.dir, '../src/log.ts'))}
    createLog('test', 'info').error({ err: ${error} }, 'failed')`
  const child = Bun.spawn([process.execPath, '-e', program], { stderr: 'pipe' })
  return JSON.parse(await new Response(child.stderr).text())
}

test('an error is logged by its type, message, code, and where it comes from', async () => {
  const { err } = await logged(`Object.assign(new TypeError('no'), { code: 'ENO' })`)
  expect(err).toEqual({
    type: 'TypeError',
    message: 'no',
    code: 'ENO',
    stack: expect.stringContaining('TypeError: no'),
  })
})

test('what a library hangs on an error is not logged: a refused sign-in to Redis carries its password', async () => {
  const { err } = await logged(`Object.assign(new Error('WRONGPASS'), { command: { name: 'auth', args: ['canary'] } })`)
  expect(JSON.stringify(err)).not.toContain('canary')
})
