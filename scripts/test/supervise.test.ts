import { afterEach, beforeEach, expect, test } from 'bun:test'
import { join } from 'node:path'

let supervisor: Bun.Subprocess<'ignore', 'pipe', 'inherit'>
let apiPid: number
let webOrigin: string
beforeEach(async () => {
  supervisor = Bun.spawn([process.execPath, join(import.meta.dir, 'roles/supervisor.ts')], { stdout: 'pipe' })
  const [, pid = '', origin = ''] = await said(/api (\d+) (http:\S+)/)
  apiPid = Number(pid)
  webOrigin = origin
})
afterEach(() => supervisor.kill('SIGKILL'))

test('a dashboard that died is started again where the API looks for it', async () => {
  const first = await pageOf(webOrigin)
  await fetch(`${webOrigin}/die`).catch(() => {})
  const second = await eventually(() => pageOf(webOrigin))
  expect(second).not.toBe(first)
  expect(supervisor.exitCode).toBeNull()
})

test('no role outlives a supervisor that is killed', async () => {
  expect(isAlive(apiPid)).toBe(true)
  supervisor.kill('SIGKILL')
  await eventually(async () => !isAlive(apiPid) || undefined)
  await eventually(() =>
    pageOf(webOrigin).then(
      () => undefined,
      () => 'gone',
    ),
  )
})

test('told to stop, it stops its roles and ends well', async () => {
  supervisor.kill('SIGTERM')
  expect(await supervisor.exited).toBe(0)
  expect(isAlive(apiPid)).toBe(false)
})

async function said(pattern: RegExp): Promise<RegExpExecArray> {
  // Not read to its end and not closed either: the supervisor goes on talking.
  const reader = supervisor.stdout.getReader()
  let text = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) throw new Error(`it never said ${pattern}, but: ${text}`)
    text += Buffer.from(value).toString()
    const found = pattern.exec(text)
    if (found) return found
  }
}

async function pageOf(origin: string): Promise<string> {
  return (await fetch(origin)).text()
}

/** Asks until there is an answer; the runner's own limit ends a wait that is in vain. */
async function eventually<Value>(ask: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const answer = await ask().catch(() => undefined)
    if (answer !== undefined) return answer
    await Bun.sleep(20)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
