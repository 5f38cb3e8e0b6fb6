import { describe, expect, test } from 'bun:test'
import { benches } from '../src/benches.ts'
import { type Comparison, type Contender, median, runBench } from '../src/run.ts'

/** Counts up without any I/O; the other side believes what it is told, plus `lie`. */
function counting(names: readonly string[], lie = 0): Comparison & { turns: string[] } {
  let seen = 0
  const turns: string[] = []
  const contender = (name: string): Contender => ({
    name,
    work: async (deadlineMs) => {
      turns.push(name)
      while (performance.now() < deadlineMs) await Bun.sleep(1)
      seen += 10 + lie
      return 10
    },
  })
  return {
    name: 'counting',
    summary: 'counts',
    reference: names[0] ?? '',
    turns,
    open: async () => ({ contenders: names.map(contender), countDone: async () => seen, close: async () => {} }),
  }
}

describe('a benchmark', () => {
  test('lets its contenders take turns, warmed up first', async () => {
    const bench = counting(['a', 'b'])
    const rows = await runBench(bench, 0.05, () => {})
    expect(bench.turns).toEqual(Array(6).fill(['a', 'b']).flat())
    expect(rows.map(({ name, ratio }) => [name, ratio !== undefined])).toEqual([
      ['a', true],
      ['b', true],
    ])
    expect(rows[0]).toMatchObject({ ratio: 1, rounds: 5 })
  })

  test('prints no figure for work that the other side has not seen', async () => {
    expect(runBench(counting(['a'], -1), 0.05, () => {})).rejects.toThrow(
      'a claims 10 operations, the other side has seen 9',
    )
  })

  test.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])('takes the median of %j to be %d', (values, expected) => {
    expect(median(values)).toBe(expected)
  })

  test('has a name of its own', () => {
    expect(new Set(benches.map(({ name }) => name)).size).toBe(benches.length)
  })
})

describe('the command', () => {
  const run = async (...args: string[]) => {
    const child = Bun.spawn([process.execPath, `${import.meta.dir}/../src/main.ts`, ...args], {
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
    return { code: await child.exited, stdout, stderr }
  }

  test('lists the benchmarks where none is named', async () => {
    const { code, stdout } = await run()
    expect(code).toBe(0)
    for (const { name } of benches) expect(stdout).toContain(`  ${name} `)
  })

  test.each([
    [['nope'], 'no benchmark is called "nope"'],
    [['probe', '--seconds', 'soon'], '--seconds takes a number'],
    [['probe', '--what'], '--what'],
    [['probe', 'probe'], 'one benchmark at a time'],
  ])('refuses %j in one line', async (args, text) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 })
    expect(stderr).toContain(text)
  })

  test('prints one JSON document and nothing else on its output', async () => {
    const { code, stdout, stderr } = await run('probe', '--seconds', '0.3', '--json')
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ name: 'probe', machine: { bun: Bun.version } })
    const names = report.rows.map((row: { name: string }) => row.name)
    // Node is measured too, where there is one.
    expect(names.slice(0, 3)).toEqual(['probe', 'bare Bun.connect', 'fetch'])
    for (const row of report.rows) expect(row.perSecond).toBeGreaterThan(0)
  })
})
