// `bun run alerts`: channels, policies, who is on call and what was told, by the API of an instance.
import { readFileSync } from 'node:fs'
import { readEnvironment } from '@repo/config/environment'
import { channelPageSchema, channelSchema, channelTestSchema } from '@repo/contracts/alert-channels'
import { alertPolicyListSchema, alertPolicySchema, simulationSchema } from '@repo/contracts/alerts'
import { deliveryPageSchema } from '@repo/contracts/deliveries'
import { incidentDetailSchema, incidentPageSchema } from '@repo/contracts/incidents'
import { scheduleListSchema } from '@repo/contracts/on-call'
import { memberListSchema } from '@repo/contracts/workspaces'
import { deliveryStates } from '@repo/domain/delivery'
import { runMain } from '@repo/service/main'
import { Command, InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'
import { type AlertsApi, type AlertsAsked, createAlertsApi } from './alerts-api.ts'
import { printable, type TableRow, tableOf } from './alerts-table.ts'

const help = `
Where the instance is comes from --url or BETTERUPTIME_URL, the API key from BETTERUPTIME_API_KEY or from the file that
BETTERUPTIME_API_KEY_FILE names. To look takes its scopes monitors:read, incidents:read and, for names, members:read.

Examples:
  bun run alerts channels list
  bun run alerts channels create ops.json      what POST /api/v1/channels takes; - reads the standard input
  bun run alerts policies simulate --monitor 019e8a5c-… --at 2026-06-01T03:00:00Z
  bun run alerts deliveries list --state dead
  bun run alerts --json incidents list --open | jq '.items[].id'

The exit status is 0, or 1 with one line that says why. A channel whose test is not accepted counts as that.
`

interface Flags {
  readonly url?: string
  readonly json?: true
}

const program = new Command('bun run alerts')
  .description('Channels, policies, who is on call and what was told, by the API of an instance.')
  .option('--url <url>', 'where the instance is, such as https://uptime.example.com')
  .option('--json', 'print what the API answered, and nothing else')
  .addHelpText('after', help)
  .configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, 'betteruptime: ')) })
  .showSuggestionAfterError(false)

addChannels(program.command('channels').description('ways to tell people'))
addPolicies(program.command('policies').description('who is told of what'))
program
  .command('on-call')
  .description('who is on call now, by each schedule')
  .action(() => run(tellOnCall))
addDeliveries(program.command('deliveries').description('who was told what'))
addIncidents(program.command('incidents').description('what is or was down'))
await program.parseAsync()

function addChannels(command: Command): void {
  paged(command.command('list').description('the channels of the workspace, and how they fare'), 200).action(
    (page: Page) =>
      run(async (api) => {
        const { json, value } = await api.ask('/channels', channelPageSchema, { query: queryOf(page) })
        const rows = value.items.map(({ id, name, kind, paused, failures, lastAcceptedAt }) => ({
          ...{ ID: id, NAME: name, KIND: kind },
          STATE: paused ? 'paused' : failures > 0 ? `failed ${failures} times` : 'well',
          'LAST ACCEPTED': lastAcceptedAt,
        }))
        tell(json, rows, { nothing: 'no channels', next: value.nextCursor })
      }),
  )
  command
    .command('create')
    .description('set one up')
    .argument('<file>', 'its name, kind and settings as JSON; - reads the standard input')
    .action((file: string) =>
      run(async (api) => {
        const asked = { method: 'POST', body: readBody(file) } as const
        const { json, value } = await api.ask('/channels', channelSchema, asked)
        tell(json, [{ ID: value.id, NAME: value.name, KIND: value.kind }])
      }),
    )
  command
    .command('test')
    .description('send it a message that says that it is a test')
    .argument('<id>', 'which')
    .action((id: string) => run((api) => testChannel(api, id)))
  command
    .command('delete')
    .description('delete it, and with it the log of what was told by it')
    .argument('<id>', 'which')
    .action((id: string) =>
      run(async (api) => {
        const { json } = await api.ask(pathOf('channels', id), z.null(), { method: 'DELETE' })
        tell(json, [{ DELETED: id }])
      }),
    )
}

async function testChannel(api: AlertsApi, id: string): Promise<void> {
  const { json, value } = await api.ask(`${pathOf('channels', id)}/test`, channelTestSchema, { method: 'POST' })
  const { outcome, reason, answer } = value
  tell(json, [{ OUTCOME: outcome, REASON: reason || null, ANSWER: answer || null }])
  if (outcome !== 'accepted') throw new Error(`the test was not accepted: ${printable(reason || answer)}`)
}

function addPolicies(command: Command): void {
  command
    .command('list')
    .description('the policies of the workspace')
    .action(() =>
      run(async (api) => {
        const { json, value } = await api.ask('/alert-policies', alertPolicyListSchema)
        const rows = value.items.map(({ id, name, rule }) => ({
          ...{ ID: id, NAME: name, MONITORS: rule.monitors.kind, TOPICS: rule.topics.join(',') },
          STEPS: rule.steps.map(({ afterSeconds }) => `${afterSeconds} s`).join(', '),
        }))
        tell(json, rows, { nothing: 'no policies: nobody is told of anything' })
      }),
    )
  command
    .command('create')
    .description('decide who is told of what')
    .argument('<file>', 'its name and rule as JSON; - reads the standard input')
    .action((file: string) =>
      run(async (api) => {
        const asked = { method: 'POST', body: readBody(file) } as const
        const { json, value } = await api.ask('/alert-policies', alertPolicySchema, asked)
        tell(json, [{ ID: value.id, NAME: value.name }])
      }),
    )
  command
    .command('simulate')
    .description('who would be told what within two days, if a monitor went down; nobody is told')
    .argument('[policy-id]', 'of all that is told, what this policy says')
    .requiredOption('--monitor <id>', 'which')
    .requiredOption('--at <time>', 'when: 2026-06-01T03:00:00Z')
    .addOption(new Option('--severity <how>', 'how bad').choices(['down', 'degraded']).default('down'))
    .option('--lasts <seconds>', 'when it comes back; without it, it does not', wholeNumber)
    .option('--acknowledged-after <seconds>', 'when somebody looks after it; without it, nobody does', wholeNumber)
    .action((policyId: string | undefined, asked: Simulating) => run((api) => simulate(api, policyId, asked)))
}

interface Simulating {
  readonly monitor: string
  readonly at: string
  readonly severity: string
  readonly lasts?: number
  readonly acknowledgedAfter?: number
}

async function simulate(api: AlertsApi, policyId: string | undefined, asked: Simulating): Promise<void> {
  const body = {
    ...{ monitorId: asked.monitor, at: asked.at, severity: asked.severity },
    ...{ lastsSeconds: asked.lasts ?? null, acknowledgedAfterSeconds: asked.acknowledgedAfter ?? null },
  }
  if (policyId !== undefined) await api.ask(pathOf('alert-policies', policyId), alertPolicySchema)
  const { json, value } = await api.ask('/alert-policies/simulate', simulationSchema, { method: 'POST', body })
  const items = value.items.filter(({ policy }) => policyId === undefined || policy.id === policyId)
  const rows = items.map(({ at, event, part, channel, policy }) => ({
    ...{ AT: at, EVENT: event, PART: part },
    CHANNEL: `${channel.name} (${channel.kind})`,
    POLICY: policy.name,
  }))
  tell(json, rows, { nothing: 'nobody would be told' })
  if (value.isCut) note('… and more than is shown')
}

/** Whoever may not see the members sees their ids. */
async function tellOnCall(api: AlertsApi): Promise<void> {
  const { json, value } = await api.ask('/schedules', scheduleListSchema)
  const names = flags().json
    ? new Map<string, string>()
    : await api.ask('/members', memberListSchema).then(
        (members) => new Map(members.value.items.map(({ userId, username }) => [userId, username])),
        () => new Map<string, string>(),
      )
  const rows = value.items.map(({ id, name, onCall }) => ({
    ...{ ID: id, SCHEDULE: name },
    'ON CALL': onCall === null ? 'nobody' : (names.get(onCall) ?? onCall),
  }))
  tell(json, rows, { nothing: 'no schedules' })
}

function addDeliveries(command: Command): void {
  paged(command.command('list').description('the newest first'), 50)
    .addOption(new Option('--state <state>', 'only those').choices(deliveryStates))
    .option('--channel <id>', 'only by this channel')
    .option('--incident <id>', 'only of this incident')
    .action((asked: Page & { state?: string; channel?: string; incident?: string }) =>
      run(async (api) => {
        const { state, channel, incident } = asked
        const query = { ...queryOf(asked), state, channelId: channel, incidentId: incident }
        const { json, value } = await api.ask('/deliveries', deliveryPageSchema, { query })
        const rows = value.items.map((delivery) => {
          const last = delivery.attempts.at(-1)
          return {
            ...{ DUE: delivery.dueAt, EVENT: delivery.event, STATE: delivery.state },
            CHANNEL: `${delivery.channel.name} (${delivery.channel.kind})`,
            ATTEMPTS: delivery.attempts.length,
            'LAST ANSWER': last ? last.reason || last.answer : null,
          }
        })
        tell(json, rows, { nothing: 'nothing was told', next: value.nextCursor })
      }),
    )
}

function addIncidents(command: Command): void {
  paged(command.command('list').description('the newest first'), 50)
    .option('--open', 'only those that last')
    .option('--monitor <id>', 'only of this monitor')
    .action((asked: Page & { open?: true; monitor?: string }) =>
      run(async (api) => {
        const query = { ...queryOf(asked), open: asked.open, monitorId: asked.monitor }
        const { json, value } = await api.ask('/incidents', incidentPageSchema, { query })
        const rows = value.items.map((incident) => ({
          ...{ ID: incident.id, MONITOR: incident.monitor.name, SEVERITY: incident.severity, BEGAN: incident.beganAt },
          ...{ ENDED: incident.endedAt, ACKNOWLEDGED: incident.acknowledged?.by.name ?? null },
          CAUSE: incident.cause.message,
        }))
        tell(json, rows, { nothing: 'no incidents', next: value.nextCursor })
      }),
    )
  command
    .command('acknowledge')
    .description('say that you look after it')
    .argument('<id>', 'which')
    .action((id: string) =>
      run(async (api) => {
        const asked: AlertsAsked = { method: 'POST' }
        const { json, value } = await api.ask(`${pathOf('incidents', id)}/acknowledge`, incidentDetailSchema, asked)
        tell(json, [{ ID: value.id, MONITOR: value.monitor.name, ACKNOWLEDGED: value.acknowledged?.by.name ?? null }])
      }),
    )
}

interface Page {
  readonly limit: number
  readonly cursor?: string
}

function paged(command: Command, limit: number): Command {
  return command
    .option('--limit <count>', 'so many at most, up to 200', wholeNumber, limit)
    .option('--cursor <cursor>', 'what comes after a page: it says it at its end')
}

function queryOf({ limit, cursor }: Page): { limit: number; cursor: string | undefined } {
  return { limit, cursor }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is not a whole number.')
  return Number(text)
}

/** An id as a part of a path, whatever it is. */
function pathOf(what: string, id: string): string {
  return `/${what}/${encodeURIComponent(id)}`
}

function readBody(file: string): unknown {
  const text = readText(file)
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`${file === '-' ? 'the standard input' : file} is not JSON`)
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new Error(`cannot read ${file}: ${(error as Error).message}`)
  }
}

function flags(): Flags {
  return program.opts<Flags>()
}

function run(work: (api: AlertsApi) => Promise<void>): Promise<never> {
  return runMain(() => work(openApi()))
}

function openApi(): AlertsApi {
  const { BETTERUPTIME_URL, BETTERUPTIME_API_KEY } = readEnvironment(process.env, {
    BETTERUPTIME_URL: z.string().optional(),
    BETTERUPTIME_API_KEY: z.string().regex(/^[\x21-\x7e]+$/, 'is not an API key'),
  })
  const text = flags().url ?? BETTERUPTIME_URL
  if (text === undefined) throw new Error('say where the instance is: --url or BETTERUPTIME_URL')
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error('--url or BETTERUPTIME_URL: must start with https:// or http://')
  return createAlertsApi({ url, key: BETTERUPTIME_API_KEY })
}

interface Telling {
  readonly nothing?: string
  /** Where the next page begins. */
  readonly next?: string | null
}

function tell(json: unknown, rows: readonly TableRow[], { nothing = '', next }: Telling = {}): void {
  process.stdout.write(flags().json ? `${JSON.stringify(json)}\n` : tableOf(rows, nothing))
  if (next && !flags().json) note(`… more: --cursor ${next}`)
}

function note(line: string): void {
  if (!flags().json) process.stderr.write(`${line}\n`)
}
