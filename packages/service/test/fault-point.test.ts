import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'

describe('a fault point', () => {
  test('ends the process with SIGKILL where its name is passed, and nothing after it runs', async () => {
    const { signal, said } = await pass('after_commit', ['before_commit', 'after_commit', 'after_ack'])
    expect(signal).toBe('SIGKILL')
    expect(said).toBe('before_commit\n')
  })

  test('of another name is passed by', async () => {
    const { signal, said } = await pass('elsewhere', ['before_commit', 'after_commit'])
    expect(signal).toBeNull()
    expect(said).toBe('before_commit\nafter_commit\n')
  })

  test('without a name is never fatal', async () => {
    const { signal, said } = await pass(undefined, ['before_commit'])
    expect(signal).toBeNull()
    expect(said).toBe('before_commit\n')
  })
})

/** A process that passes points one after the other and says each that it has left behind. */
async function pass(fatalName: string | undefined, names: readonly string[]) {
  const program = `
    import { writeSync } from 'node:fs'
    import { createFaultPoint } from ${JSON.stringify(join(import.meta.dir, '..', 'src', 'fault-point.ts'))}
    const faultPoint = createFaultPoint(${JSON.stringify(fatalName)})
    for (const name of ${JSON.stringify(names)}) { faultPoint(name); writeSync(1, name + '\\n') }`
  const child = Bun.spawn([process.execPath, '-e', program], { stdout: 'pipe', stderr: 'inherit' })
  const said = await new Response(child.stdout).text()
  await child.exited
  return { signal: child.signalCode, said }
}
