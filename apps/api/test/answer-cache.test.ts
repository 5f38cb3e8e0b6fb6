import { describe, expect, test } from 'bun:test'
import { answerFrom, createAnswerCache, type KeptAnswer } from '../src/answer-cache.ts'

const textOf = ({ plain }: KeptAnswer) => new TextDecoder().decode(plain)

function counted() {
  let made = 0
  const make = async () => {
    made += 1
    return { made }
  }
  return { make, made: () => made }
}

describe('a kept answer', () => {
  test('is made once for all who ask at the same moment', async () => {
    const cache = createAnswerCache()
    const { make, made } = counted()
    const answers = await Promise.all(Array.from({ length: 20 }, () => cache.get('a', 'list', make)))
    expect([made(), new Set(answers.map(textOf)).size]).toEqual([1, 1])
  })

  test('is of its workspace and its question alone', async () => {
    const cache = createAnswerCache()
    const { make } = counted()
    const asked = [
      ['a', 'list'],
      ['b', 'list'],
      ['a', 'list?limit=2'],
    ] as const
    const texts = await Promise.all(
      asked.map(async ([workspace, name]) => textOf(await cache.get(workspace, name, make))),
    )
    expect(texts).toEqual(['{"made":1}', '{"made":2}', '{"made":3}'])
  })

  test('is made anew after its time, and as soon as something changed', async () => {
    let nowMs = 0
    const cache = createAnswerCache({ freshMs: 1_000, nowMs: () => nowMs })
    const { make } = counted()
    const ask = async () => textOf(await cache.get('a', 'list', make))
    expect(await ask()).toBe('{"made":1}')
    nowMs = 999
    expect(await ask()).toBe('{"made":1}')
    nowMs = 1_000
    expect(await ask()).toBe('{"made":2}')
    cache.forget('b')
    expect(await ask()).toBe('{"made":2}')
    cache.forget('a')
    expect(await ask()).toBe('{"made":3}')
  })

  test('that was being made when something changed is not given to who asks afterwards', async () => {
    const cache = createAnswerCache()
    const slow = Promise.withResolvers<string>()
    const before = cache.get('a', 'list', () => slow.promise)
    cache.forget('a')
    const after = cache.get('a', 'list', async () => 'new')
    slow.resolve('old')
    expect([textOf(await before), textOf(await after)]).toEqual(['"old"', '"new"'])
    expect(textOf(await cache.get('a', 'list', async () => 'newer'))).toBe('"new"')
  })

  test('is not a failure: that is told once, and tried again', async () => {
    const cache = createAnswerCache()
    const failing = cache.get('a', 'list', () => Promise.reject(new Error('away')))
    await expect(failing).rejects.toThrow('away')
    expect(textOf(await cache.get('a', 'list', async () => 'here'))).toBe('"here"')
  })

  test('gives way where there is no room, that of the workspace that was asked longest ago first', async () => {
    const large = 'x'.repeat(1_000)
    const cache = createAnswerCache({ maxBytes: 1_500 })
    const { make, made } = counted()
    await cache.get('a', 'list', make)
    await cache.get('b', 'list', async () => large)
    await cache.get('a', 'list', make)
    await cache.get('c', 'list', async () => large)
    await cache.get('d', 'list', async () => large)
    expect(made()).toBe(1)
    await cache.get('a', 'list', make)
    expect(made()).toBe(2)
  })

  test('goes compressed to who can read it, and not at all to who has it', async () => {
    const kept = await createAnswerCache().get('a', 'list', async () => ({ items: [] }))
    const ask = (headers: Record<string, string>) => answerFrom(kept, new Request('http://localhost/', { headers }))
    const plain = ask({})
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, '{"items":[]}'])
    const gzipped = ask({ 'accept-encoding': 'br, gzip' })
    expect(gzipped.headers.get('content-encoding')).toBe('gzip')
    expect(new TextDecoder().decode(Bun.gunzipSync(new Uint8Array(await gzipped.arrayBuffer())))).toBe('{"items":[]}')
    expect(ask({ 'if-none-match': kept.etag }).status).toBe(304)
  })
})
