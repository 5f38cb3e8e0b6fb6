import { describe, expect, test } from 'bun:test'
import { runAll, type Service } from '../src/lifecycle.ts'

const until = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

describe('services that run together', () => {
  /** Takes a while to end after it was told to, and says when it is told and when it has ended. */
  const slow =
    (name: string, said: string[], stopMs = 10): Service =>
    async (signal) => {
      await until(signal)
      said.push(`${name} told`)
      await Bun.sleep(stopMs)
      said.push(`${name} ended`)
    }
  const failing =
    (message: string): Service =>
    async () => {
      throw new Error(message)
    }

  test('are stopped one after the other in the order in which they are listed', async () => {
    const said: string[] = []
    const ending = new AbortController()
    const ended = runAll({ a: slow('a', said, 30), b: slow('b', said, 1), c: slow('c', said) }, ending.signal)
    ending.abort()
    await ended
    expect(said).toEqual(['a told', 'a ended', 'b told', 'b ended', 'c told', 'c ended'])
  })

  test('are stopped at once under a signal that has aborted already', async () => {
    const said: string[] = []
    await runAll({ a: slow('a', said) }, AbortSignal.abort())
    expect(said).toEqual(['a told', 'a ended'])
  })

  test('all stop when one fails, and the failure names it and keeps its cause', async () => {
    const said: string[] = []
    const running = runAll(
      { a: slow('a', said), b: failing('no disk'), c: slow('c', said) },
      new AbortController().signal,
    )
    const error = await running.catch((thrown: unknown) => thrown as Error)
    expect(error).toMatchObject({ message: 'b: no disk', cause: new Error('no disk') })
    expect(said).toEqual(['a told', 'a ended', 'c told', 'c ended'])
  })

  test('all stop when one ends by itself, which is a failure too', async () => {
    const said: string[] = []
    const running = runAll({ a: slow('a', said), b: async () => {} }, new AbortController().signal)
    await expect(running).rejects.toThrow('b ended by itself')
    expect(said).toEqual(['a told', 'a ended'])
  })

  test('fail with the first failure, not with one that follows from it', async () => {
    const follower: Service = async (signal) => {
      await until(signal)
      throw new Error('and so I fell')
    }
    const running = runAll({ follower, first: failing('I fell') }, new AbortController().signal)
    await expect(running).rejects.toThrow('first: I fell')
  })

  test('fail when one of them fails while it stops, and the others are stopped all the same', async () => {
    const said: string[] = []
    const ending = new AbortController()
    const fallsAtTheEnd: Service = async (signal) => {
      await until(signal)
      throw new Error('cannot flush')
    }
    const ended = runAll({ fallsAtTheEnd, b: slow('b', said) }, ending.signal)
    ending.abort()
    await expect(ended).rejects.toThrow('fallsAtTheEnd: cannot flush')
    expect(said).toEqual(['b told', 'b ended'])
  })

  test('are not waited for beyond the budget: the late one is named, those after it are still told', async () => {
    const said: string[] = []
    const ending = new AbortController()
    const ended = runAll({ never: () => new Promise(() => {}), b: slow('b', said) }, ending.signal, { budgetMs: 50 })
    ending.abort()
    await expect(ended).rejects.toThrow('never did not stop in time')
    expect(said).toContain('b told')
  })
})
