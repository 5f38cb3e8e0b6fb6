// `bun run faults`: breaks a running instance in every way that is listed, and asks the ledger what became of it.
import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { type RunReport, runScenario, type Scenario } from '../src/fault-run.ts'
import { root } from '../src/program.ts'
import { getScenario, scenarios } from './scenarios.ts'
import { tableOf, verdictOf } from './table.ts'

interface Options {
  readonly list?: true
  readonly twins?: true
  readonly logs?: true
  readonly seed?: number
  readonly scale: number
  readonly soak?: number
  readonly product: string
}

const command = new Command('faults')
  .description('Breaks a running instance in many ways and checks that every slot is accounted for.')
  .argument('[fault...]', 'which ones, such as F4 F7; all of them where none is named')
  .option('--list', 'what there is')
  .option('--twins', 'run each fault against a product without the guard; passes when the ledger complains')
  .option('--seed <number>', 'repeat the choices of an earlier run', positive)
  .option('--scale <number>', 'lengthen every fault', positive, 1)
  .option('--soak <minutes>', 'faults at random until then', positive)
  .option('--product <directory>', 'run the processes of another checkout', root)
  .option('--logs', 'show what the processes said of a run that failed')

command.action(async (ids: string[], options: Options) => {
  if (options.list) return list()
  const chosen = ids.length > 0 ? ids.map(getScenario) : scenarios
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const reports = options.soak === undefined ? await runEach(chosen, options, seed) : await soak(chosen, options, seed)
  console.log(`\n${tableOf(reports, options.twins === true)}`)
  const isSound = reports.length > 0 && reports.every((report) => verdictOf(report, options.twins === true) === 'held')
  process.exit(isSound && process.exitCode !== 1 ? 0 : 1)
})
await command.parseAsync()

function list(): void {
  for (const { id, title, mustHold } of scenarios) console.log(`${id.padEnd(5)}${title}\n     ${mustHold}`)
}

async function runEach(chosen: readonly Scenario[], options: Options, seed: number): Promise<RunReport[]> {
  const reports: RunReport[] = []
  for (const scenario of chosen) reports.push(...(await runOne(scenario, options, seed)))
  return reports
}

/** A new seed for each round, which the report names, so that one round can be run again alone. */
async function soak(chosen: readonly Scenario[], options: Options, seed: number): Promise<RunReport[]> {
  const endsAt = performance.now() + (options.soak ?? 0) * 60_000
  const reports: RunReport[] = []
  for (let round = 0; performance.now() < endsAt; round += 1) {
    const scenario = chosen[(seed + round * 7_919) % chosen.length]
    if (scenario) reports.push(...(await runOne(scenario, options, seed + round)))
  }
  return reports
}

/** One report, or none where the run itself came to nothing: the others are carried out all the same. */
async function runOne(scenario: Scenario, options: Options, seed: number): Promise<RunReport[]> {
  const isTwin = options.twins === true
  const productRoot = resolve(options.product)
  console.log(`${scenario.id}${isTwin ? ' twin' : ''}: ${scenario.title}`)
  const lacking = scenario.lacks?.()
  if (lacking !== undefined) {
    console.log(`  not run: ${lacking}`)
    return []
  }
  const report = await runScenario(scenario, { seed, scale: options.scale, productRoot, isTwin }).catch(giveUp)
  if (!report) return []
  const verdict = verdictOf(report, isTwin)
  for (const { invariant, sentence } of report.findings) console.log(`  ${invariant}: ${sentence}`)
  for (const note of report.notes) console.log(`  ${note}`)
  console.log(`  ${verdict} in ${(report.tookMs / 1_000).toFixed(0)} s${verdict === 'held' ? '' : ` (--seed ${seed})`}`)
  if (options.logs && verdict !== 'held') console.log(report.logs)
  return [report]
}

function giveUp(error: Error): undefined {
  console.error(`${error.message}\n${error.cause ?? ''}`)
  process.exitCode = 1
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0 is needed')
  return value
}
