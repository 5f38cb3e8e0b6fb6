import { readFileSync } from 'node:fs'
import type { CheckSpec } from '@repo/contracts/check-spec'
import { InvalidInput } from '@repo/domain/errors'
import type { Outcome, OutcomeVerdict } from '@repo/domain/outcome'
import { Command, CommanderError } from 'commander'
import { outcomeText } from './cli/outcome-text.ts'
import { readSpec, specOf } from './cli/spec-of.ts'
import { systemResolve } from './dns/resolve.ts'
import { createEgressPolicy } from './egress/egress.ts'
import { createProbes } from './registry.ts'

const EXIT_CODES: Readonly<Record<OutcomeVerdict, number>> = { up: 0, degraded: 1, down: 2, unknown: 3 }
const BAD_USAGE = 64

const HELP = `
TARGET is a URL, or one of
  tcp://host:port  tls://host[:port]  ping:host  dns:name[/TYPE]  domain:name
  ws://host/path   wss://host/path    grpc://host:port[/service]  grpcs://host:port[/service]

The exit status is 0 for up, 1 for degraded, 2 for down, 3 for unknown and 64 for bad usage.
Private addresses are not checked unless PROBE_ALLOWED_CIDRS opens them: 10.0.0.0/8,127.0.0.1 or private.
`

interface Options {
  readonly json?: true
  readonly spec?: string
  readonly timeout?: string
}

/** Carries out one check and answers the exit code. */
async function main(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const command = new Command('check')
    .description('Carry out one check and say what came of it.')
    .argument('[target]', 'what to check')
    .option('--json', 'print the outcome alone, as JSON')
    .option('--spec <file>', 'a whole check specification of any type as JSON; - reads the standard input')
    .option('--timeout <seconds>', 'the deadline of the check')
    .addHelpText('after', HELP)
    .configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, '')) })
    .exitOverride()
  try {
    command.parse([...args], { from: 'user' })
    const options = command.opts<Options>()
    const spec = specFrom(command.args[0], options)
    const outcome = await check(spec, env.PROBE_ALLOWED_CIDRS)
    await Bun.write(Bun.stdout, `${options.json ? JSON.stringify(outcome) : outcomeText(spec, outcome, Date.now())}\n`)
    return EXIT_CODES[outcome.verdict]
  } catch (error) {
    return complain(error)
  }
}

function specFrom(target: string | undefined, { spec, timeout }: Options): CheckSpec {
  if ((target === undefined) === (spec === undefined)) {
    throw new InvalidInput('give either a target or --spec FILE (see --help)')
  }
  const timeoutMs = timeout === undefined ? undefined : secondsToMs(timeout)
  return spec === undefined ? specOf(target ?? '', timeoutMs) : readSpec(readText(spec), timeoutMs)
}

function secondsToMs(text: string): number {
  const seconds = Number(text)
  if (text.trim() === '' || !(seconds >= 0.1 && seconds <= 30)) {
    throw new InvalidInput(`--timeout is a number of seconds from 0.1 to 30, not "${text.slice(0, 40)}"`)
  }
  return Math.round(seconds * 1_000)
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new InvalidInput(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function check(spec: CheckSpec, allowedCidrs: string | undefined): Promise<Outcome> {
  const egress = createEgressPolicy({
    allowedCidrs: (allowedCidrs ?? '').split(',').filter((text) => text.trim() !== ''),
  })
  const probe = createProbes({ egress, resolve: systemResolve })
  return probe(spec, new AbortController().signal)
}

function complain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_USAGE
  if (error instanceof InvalidInput) {
    process.stderr.write(`${error.message}\n`)
    return BAD_USAGE
  }
  process.stderr.write(
    `the check could not be carried out: ${error instanceof Error ? error.message : String(error)}\n`,
  )
  return EXIT_CODES.unknown
}

process.exit(await main(Bun.argv.slice(2), process.env))
