// `bun run replay`: what the stored checks of a monitor would have come to under another policy.
import { postgresUrl, readEnvironment } from '@repo/config/environment'
import { openDatabase, type Sql } from '@repo/db/database'
import { findMonitorAnywhere, type StoredMonitor } from '@repo/db/queries/monitors'
import { replayPast } from '@repo/db/replay-past'
import { parseMonitorId } from '@repo/domain/ids'
import { policyLimits, type Quorum, type VerdictPolicy } from '@repo/domain/policy'
import type { ReplayedIncident } from '@repo/domain/replay'
import { runMain } from '@repo/service/main'
import { Command } from 'commander'

interface Flags {
  readonly monitor: string
  readonly from: string
  readonly to: string
  readonly quorum?: string
  readonly failures?: string
  readonly recoveries?: string
  readonly degraded?: boolean
}

const DAY_MS = 86_400_000
/** Ten months of a monitor that is checked every minute from twenty regions. */
const mostLooks = 10_000_000

await new Command('bun run replay')
  .description(
    'What the stored checks of a monitor would have come to under another policy, beside the one that it has, with the database of DATABASE_URL. Nothing is changed.',
  )
  .requiredOption('--monitor <id>', 'which')
  .option('--from <time>', 'from when on: 2026-06-01 or 2026-06-01T12:00:00Z', isoAgo(7 * DAY_MS))
  .option('--to <time>', 'until when', isoAgo(0))
  .option('--quorum <who>', 'how many regions must agree: any, majority, all, or a number')
  .option('--failures <count>', 'failing looks in a row before a region votes down')
  .option('--recoveries <count>', 'passing looks in a row before it votes up again')
  .option('--degraded', 'take being degraded for an incident too')
  .action((flags: Flags) => runMain(() => main(flags)))
  .parseAsync()

async function main(flags: Flags): Promise<void> {
  const { DATABASE_URL } = readEnvironment(process.env, { DATABASE_URL: postgresUrl })
  const span = { fromMs: instantOf('from', flags.from), toMs: instantOf('to', flags.to) }
  if (span.toMs <= span.fromMs) throw new Error('--to: lies not after --from')
  const changed = policyOf(flags)
  await using database = openDatabase(DATABASE_URL, { connections: 1, onError: () => {} })
  const { sql } = database
  const monitor = await findMonitorAnywhere(sql, parseMonitorId(flags.monitor))
  if (!monitor) throw new Error(`--monitor: there is no monitor ${flags.monitor}`)
  say(`${monitor.name}, ${isoTime(span.fromMs)} to ${isoTime(span.toMs)}`)
  await tell(sql, { monitor, span, policy: monitor.policy, title: 'as it is' })
  await tell(sql, { monitor, span, policy: { ...monitor.policy, ...changed }, title: 'as asked for' })
}

async function tell(
  sql: Sql,
  asked: { monitor: StoredMonitor; span: { fromMs: number; toMs: number }; policy: VerdictPolicy; title: string },
): Promise<void> {
  const { monitor, span, policy, title } = asked
  const { incidents, looks, isWhole } = await replayPast(sql, monitor, { ...span, policy, mostLooks })
  const alerts = incidents.length + incidents.filter(({ endedAtMs }) => endedAtMs !== null).length
  say(`\n${title}: ${JSON.stringify(policy)}`)
  say([counted(looks, 'check'), counted(incidents.length, 'incident'), counted(alerts, 'alert')].join(', '))
  for (const incident of incidents) say(lineOf(incident, span.toMs))
  if (!isWhole) say(`… and perhaps more: after ${mostLooks} checks it was given up`)
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function lineOf({ severity, beganAtMs, endedAtMs, cause }: ReplayedIncident, toMs: number): string {
  const seconds = Math.round(((endedAtMs ?? toMs) - beganAtMs) / 1_000)
  const end = endedAtMs === null ? 'lasts' : isoTime(endedAtMs)
  return `  ${severity.padEnd(8)}  ${isoTime(beganAtMs)}  ${end}  ${seconds} s  ${cause ? `${cause.code}: ${cause.message}` : ''}`
}

function policyOf({ quorum, failures, recoveries, degraded }: Flags): Partial<VerdictPolicy> {
  return {
    ...(quorum !== undefined && { quorum: quorumOf(quorum) }),
    ...(failures !== undefined && { failures: countOf('failures', failures, policyLimits.failures) }),
    ...(recoveries !== undefined && { recoveries: countOf('recoveries', recoveries, policyLimits.recoveries) }),
    ...(degraded && { degradedIsIncident: true }),
  }
}

function quorumOf(text: string): Quorum {
  if (text === 'any' || text === 'majority' || text === 'all') return { kind: text }
  return { kind: 'count', count: countOf('quorum', text, policyLimits.regions) }
}

function countOf(flag: string, text: string, most: number): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw new Error(`--${flag}: must be a whole number from 1 to ${most}, not "${text}"`)
  return count
}

function instantOf(flag: string, text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new Error(`--${flag}: not a time: "${text}"`)
  return ms
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

function isoAgo(ms: number): string {
  return isoTime(Date.now() - ms)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
