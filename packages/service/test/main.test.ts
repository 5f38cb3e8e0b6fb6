import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { oneLine, processName } from '../src/main.ts'

const start = (way: string) =>
  Bun.spawn([process.execPath, join(import.meta.dir, 'program.ts'), way], { stdout: 'pipe', stderr: 'pipe' })

async function started(way: string) {
  const child = start(way)
  await child.stdout.getReader().read()
  return child
}

describe('a program', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('that is told to end by %s ends well', async (signal) => {
    const child = await started('obeys')
    child.kill(signal)
    expect(await child.exited).toBe(0)
  })

  test('ends as asked when the same signal reaches it on two ways', async () => {
    const child = await started('obeys')
    child.kill('SIGINT')
    child.kill('SIGINT')
    expect(await child.exited).toBe(0)
  })

  test('that does not end is ended by a later second signal', async () => {
    const child = await started('stays')
    const insisting = setInterval(() => child.kill('SIGTERM'), 50)
    const code = await child.exited
    clearInterval(insisting)
    expect(code).toBe(130)
  })

  test('that cannot go on says why in one line and fails', async () => {
    const child = start('breaks')
    expect(await new Response(child.stderr).text()).toBe('betteruptime: cannot listen: the port is taken\n')
    expect(await child.exited).toBe(1)
  })

  test('has a name that no second process has', () => {
    expect(processName()).not.toBe(processName())
    expect(processName()).toContain(`-${process.pid}-`)
  })
})

describe('an error in one line', () => {
  const cases: [string, unknown, string][] = [
    ['is its message', new Error('the disk is full'), 'the disk is full'],
    ['has no line breaks', new Error('first\n   second\n'), 'first second'],
    [
      'is that of the first of several',
      new AggregateError([new Error('refused by ::1'), new Error('x')]),
      'refused by ::1',
    ],
    ['is its code where it has no message', Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['is the text that was thrown', 'just a text', 'just a text'],
  ]
  test.each(cases)('%s', (_sentence, error, line) => expect(oneLine(error)).toBe(line))
})
