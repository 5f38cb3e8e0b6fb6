import { parseArgs } from 'node:util'
import { benches } from './benches.ts'
import { describeMachine } from './machine.ts'
import { reportText } from './report.ts'
import { type Row, runBench } from './run.ts'

const DEFAULT_SECONDS = 10

/** Answers the exit code: 0 when what was asked for is printed, 1 when it could not be. */
async function main(args: readonly string[]): Promise<number> {
  const asked = parse(args)
  if (asked.kind === 'mistake') return complain(asked.text)
  if (asked.kind === 'help') {
    console.log(helpText())
    return 0
  }
  const bench = benches.find(({ name }) => name === asked.name)
  if (!bench)
    return complain(`no benchmark is called "${asked.name}"; there is ${benches.map(({ name }) => name).join(', ')}`)
  const machine = describeMachine()
  const rows = await runBench(bench, asked.seconds, (line) => console.error(line))
  const report = { name: bench.name, machine, rows }
  console.log(asked.json ? JSON.stringify({ ...report, rows: rows.map(flat) }) : reportText(report))
  return 0
}

/** For machines, further figures stand beside the others. */
function flat({ figures, ...row }: Row): Record<string, unknown> {
  return { ...row, ...figures }
}

type Asked =
  | { kind: 'help' }
  | { kind: 'mistake'; text: string }
  | { kind: 'run'; name: string; seconds: number; json: boolean }

function parse(args: readonly string[]): Asked {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { seconds: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
    const [name, ...others] = positionals
    if (values.help || name === undefined) return { kind: 'help' }
    if (others.length > 0) return { kind: 'mistake', text: 'name one benchmark at a time' }
    const seconds = Number(values.seconds ?? DEFAULT_SECONDS)
    if (!(seconds > 0 && seconds <= 3_600)) return { kind: 'mistake', text: '--seconds takes a number up to 3600' }
    return { kind: 'run', name, seconds, json: values.json ?? false }
  } catch (error) {
    return { kind: 'mistake', text: error instanceof Error ? error.message : String(error) }
  }
}

function helpText(): string {
  const lines = benches.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`)
  return `bun run bench NAME [--seconds N] [--json]\n\n${lines.join('\n')}`
}

function complain(text: string): number {
  console.error(`bench: ${text}`)
  return 1
}

process.exitCode = await main(Bun.argv.slice(2)).catch((error: unknown) =>
  complain(error instanceof Error ? error.message : String(error)),
)
