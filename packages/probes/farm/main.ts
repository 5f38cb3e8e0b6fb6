import { Command } from 'commander'
import { curlVerdict, hasCurl } from './curl.ts'
import type { FarmRow } from './row.ts'
import { farm } from './rows.ts'
import { type RowResult, runRow } from './run-row.ts'
import { openTools } from './tools.ts'

interface Options {
  readonly curl: boolean
}

/** Runs the farm and prints a line for each target; answers how many of them were not judged as they should be. */
async function main(ids: readonly string[], { curl }: Options): Promise<number> {
  const chosen = Object.values(farm)
    .flat()
    .filter(({ id }) => ids.length === 0 || ids.includes(id) || ids.includes(id.charAt(0)))
    .toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
  if (chosen.length === 0) {
    console.error(
      `no target is called ${ids.join(' or ')}; there are the groups A to H, and in them numbers such as D22`,
    )
    return 64
  }
  const isAsked = curl && hasCurl()
  console.log(line('id', 'verdict', 'code', '   ms', isAsked ? 'curl' : '', 'a target that …'))
  let wrong = 0
  await using tools = await openTools()
  for (const row of chosen) {
    let second = ''
    const result = await runRow(row, {
      tools,
      meanwhile: async (target) => {
        if (isAsked) second = await curlVerdict(row, target, tools)
      },
    })
    console.log(rowLine(row, result, second))
    for (const what of result.wrong) console.log(`      ✗ ${what}`)
    if (result.wrong.length > 0) wrong += 1
  }
  console.log(`\n${chosen.length - wrong} of ${chosen.length} targets were judged as they should be`)
  return wrong === 0 ? 0 : 1
}

function rowLine({ id, name }: FarmRow, { outcome, elapsedMs, wrong }: RowResult, second: string): string {
  const mark = wrong.length === 0 ? '' : '✗ '
  return line(id, mark + outcome.verdict, outcome.code, elapsedMs.toFixed(0).padStart(5), second, name)
}

// biome-ignore lint/complexity/useMaxParams: the columns of a table
function line(id: string, verdict: string, code: string, ms: string, second: string, name: string): string {
  const curl = second === '' ? '' : `${second.padEnd(24)}  `
  return `${id.padEnd(4)}  ${verdict.padEnd(9)}  ${code.padEnd(24)}  ${ms}  ${curl}${name}`
}

const command = new Command('farm')
  .description('Let the probe meet every hostile target, and say what it made of each.')
  .argument('[ids...]', 'targets or groups: D22, C')
  .option('--no-curl', 'do not ask curl for its opinion beside ours')
  .parse()

process.exit(await main(command.args, command.opts<Options>()))
