import { eventually } from './eventually.ts'
import { closeAlerts } from './fault-alerts.ts'
import { type Finding, findingsOf, troubleOf } from './fault-findings.ts'
import { expectedSlots, keyOfExpected, type Ledger } from './fault-ledger.ts'
import { copyProduct, type Sabotage } from './fault-product.ts'
import { createRandom } from './fault-random.ts'
import { type Rig, type RigOptions, startRig } from './fault-rig.ts'
import { startWatch, type Watch } from './fault-watch.ts'
import { root } from './program.ts'

/** One fault: what is done to a running instance, and how the ledger would know if the instance had no guard against it. */
export interface Scenario {
  readonly id: string
  readonly title: string
  /** What must hold beyond the invariants, which the ledger checks after every scenario. */
  readonly mustHold: string
  readonly rig?: Partial<
    Pick<
      RigOptions,
      | 'intervalMs'
      | 'regions'
      | 'kinds'
      | 'flipMs'
      | 'redisArgs'
      | 'hasSentinels'
      | 'postgresPair'
      | 'body'
      | 'specOf'
      | 'tellAfterSeconds'
    >
  >
  /** What this machine lacks for it, in words: it is then not run, which is not the same as passed. */
  readonly lacks?: () => string | undefined
  /** Whether this fault takes messages away, so that slots may be lost. Where it does not, a lost slot is a finding. */
  readonly mayLose?: true
  /** Whether this fault brings messages of its own that can only be set aside. */
  readonly mayBury?: true
  /** Starts the instance in another way than two of each role. */
  readonly launch?: (rig: Rig) => void
  /** Does the harm, waits as long as it lasts, and takes it away. What it returns is wrong beyond the invariants. */
  readonly harm: (stage: Stage) => Promise<readonly string[]>
  /** What is wrong beyond the invariants can also be read from the books. */
  readonly afterwards?: (ledger: Ledger) => readonly string[]
  readonly twin: Twin
}

/** The same scenario against a product without the guard: it must be found out. */
export interface Twin {
  readonly sabotages: readonly Sabotage[]
  /** One of these invariants must be among the findings; `own` is the scenario's own condition. */
  readonly complaints: readonly string[]
}

/** What a scenario works with. */
export interface Stage {
  readonly rig: Rig
  readonly watch: Watch
  /** Lengthens every fault: 1 is the compressed run. */
  readonly scale: number
  /** Until now the instance was whole; from now on it is not. */
  began(): void
  /** The harm is taken away; without a call it ended as it began. */
  ended(): void
  /** Lets the instance work for so long. */
  pass(ms: number): Promise<void>
  /** Something that was measured and is neither right nor wrong. */
  note(sentence: string): void
}

export interface RunOptions {
  readonly seed: number
  readonly scale: number
  readonly productRoot?: string
  readonly isTwin?: boolean
}

export interface RunReport {
  readonly scenario: Scenario
  readonly seed: number
  readonly findings: readonly Finding[]
  readonly notes: readonly string[]
  readonly slots: number
  readonly ticks: number
  readonly expired: number
  readonly lost: number
  readonly doubled: number
  /** From the beginning of the fault to the last slot that no check was carried out for; and from its end. */
  readonly gapMs: number
  readonly recoveryMs: number
  readonly tookMs: number
  /** What the processes said last, for whoever looks into a failure. */
  readonly logs: string
}

/** What a take-over may cost: a lease runs out after six seconds, and what a dead process held is claimed after fifteen. */
const accountWithinMs = 30_000

export async function runScenario(scenario: Scenario, options: RunOptions): Promise<RunReport> {
  const beganAt = performance.now()
  const product = options.isTwin ? copyProduct(options.productRoot ?? root, scenario.twin.sabotages) : undefined
  try {
    const rig = await startRig(rigOptions(scenario, options, product?.root))
    const report = await runOnRig(scenario, options, rig)
    return { ...report, tookMs: performance.now() - beganAt }
  } finally {
    product?.remove()
  }
}

function rigOptions({ rig = {} }: Scenario, { seed, productRoot = root }: RunOptions, copyRoot: string | undefined) {
  const intervalMs = rig.intervalMs ?? 2_000
  return {
    random: createRandom(seed),
    productRoot: copyRoot ?? productRoot,
    intervalMs,
    regions: ['eu', 'us'],
    kinds: usualKinds,
    flipMs: intervalMs * 4,
    redisArgs: [],
    tellAfterSeconds: [],
    specOf: (_target: number, url: string) => ({ kind: 'http', url, timeoutMs: 1_500 }),
    ...rig,
  }
}

/** As in the field: most are well, some are down, some come and go, some are slow. */
const usualKinds = Array.from({ length: 20 }, (_, target) => {
  if (target < 16) return 'healthy' as const
  if (target < 18) return 'down' as const
  return target === 18 ? ('flapping' as const) : ('slow' as const)
})

async function runOnRig(scenario: Scenario, { scale, seed }: RunOptions, rig: Rig): Promise<Omit<RunReport, 'tookMs'>> {
  const fromMs = Date.now()
  const watch = startWatch(rig, fromMs)
  const notes: string[] = []
  try {
    const launch = scenario.launch ?? launchUsual
    launch(rig)
    const windowFromMs = await steady(rig, watch)
    const fault = { beganAtMs: Date.now(), endedAtMs: 0 }
    const own = await scenario.harm({
      rig,
      watch,
      scale,
      began: () => {
        fault.beganAtMs = Date.now()
      },
      ended: () => {
        fault.endedAtMs = Date.now()
      },
      pass: (ms) => Bun.sleep(ms),
      note: (sentence) => void notes.push(sentence),
    })
    if (fault.endedAtMs === 0) fault.endedAtMs = fault.beganAtMs
    const ledger = await closeLedger(rig, watch, { window: { fromMs: windowFromMs, toMs: Date.now() }, fault })
    await watch.stop()
    const complaints = await rig.stop()
    return reportOf({ scenario, seed, ledger, notes, own: [...own, ...complaints], rig })
  } catch (error) {
    await watch.stop()
    await rig.stop()
    throw new Error(`${scenario.id} could not be carried out (--seed ${seed})\n${logsOf(rig)}`, { cause: error })
  }
}

/** Two publishers, two consumers in each region, two dbpushers; and two notifiers where there is anybody to tell. */
export function launchUsual(rig: Rig): void {
  launchPipeline(rig)
  if (!rig.receiver) return
  for (let index = 0; index < 2; index += 1) rig.start('notifier')
}

/** All but notifiers. */
export function launchPipeline(rig: Rig): void {
  for (let index = 0; index < 2; index += 1) {
    rig.start('publisher')
    rig.start('dbpusher')
    for (const region of rig.regions) rig.start('consumer', { region })
  }
}

/** Waits until every monitor has a tick from every region, and gives the instant from which slots count. */
async function steady({ monitors, regions, programs }: Rig, watch: Watch): Promise<number> {
  const wanted = monitors.length * regions.length
  await eventually(
    'a tick of every monitor in every region',
    async () => {
      const ended = programs.find(({ hasEnded }) => hasEnded)
      if (ended) throw new Error(`${ended.name} ended before any harm was done`)
      const seen = new Set(
        [...watch.records.values()]
          .filter(({ code }) => code !== 'LOST' && code !== 'EXPIRED')
          .map(({ monitorKey, region }) => `${monitorKey}/${region}`),
      )
      return seen.size >= wanted
    },
    60_000,
  )
  return Date.now()
}

/** Waits until every slot of the window has its record, or has had its time, and writes the account. */
async function closeLedger(rig: Rig, watch: Watch, spans: Pick<Ledger, 'window' | 'fault'>): Promise<Ledger> {
  const { monitors, regions, intervalMs, flipMs } = rig
  const within = Math.max(2 * intervalMs, accountWithinMs)
  const account = async (): Promise<Ledger> => ({
    ...{ monitors, regions, intervalMs, flipMs },
    ...spans,
    records: [...watch.records.values()].filter((record) => record.scheduledAtMs <= spans.window.toMs),
    stalls: rig.farm.stalls,
    requests: rig.farm.requests.filter(({ atMs }) => atMs <= spans.window.toMs),
    states: [],
    samples: watch.samples,
    buried: {},
    accountWithinMs: within,
  })
  const slots = expectedSlots(await account())
  const isWhole = async () => {
    await watch.look()
    return slots.every((slot) => watch.records.has(keyOfExpected(slot)))
  }
  const deadlineMs = Math.max(spans.window.toMs, spans.fault.endedAtMs) + within
  await eventually('a record of every slot', isWhole, Math.max(1_000, deadlineMs - Date.now())).catch(() => {})
  // The publishers end first and the rest is carried out, so that nothing moves while the account is written.
  await Promise.all(rig.alive('publisher').map(({ program }) => program.stop()))
  await standsStill(watch)
  return {
    ...(await account()),
    records: [...watch.records.values()],
    states: await watch.states(),
    buried: await watch.buried(),
    alerts: await closeAlerts(rig),
  }
}

/**
 * Until no further record comes for three seconds and nothing waits in the streams any more: what a dead process held comes
 * again only after a while, and a slot that was given up as lost meanwhile is put right then.
 */
async function standsStill(watch: Watch): Promise<void> {
  let count = -1
  let sinceMs = performance.now()
  await eventually(
    'the last results',
    async () => {
      await watch.look()
      if (watch.records.size !== count) {
        count = watch.records.size
        sinceMs = performance.now()
      }
      return performance.now() - sinceMs > 3_000 && (await watch.waiting()) === 0
    },
    30_000,
  ).catch(() => {})
}

interface ReportParts {
  readonly scenario: Scenario
  readonly seed: number
  readonly ledger: Ledger
  readonly own: readonly string[]
  readonly notes: readonly string[]
  readonly rig: Rig
}

function reportOf({ scenario, seed, ledger, own, notes, rig }: ReportParts): Omit<RunReport, 'tookMs'> {
  const inWindow = ledger.records.filter(
    ({ scheduledAtMs }) => scheduledAtMs > ledger.window.fromMs && scheduledAtMs <= ledger.window.toMs,
  )
  const count = (code: string) => inWindow.filter((record) => record.code === code).length
  const expired = count('EXPIRED')
  const lost = count('LOST')
  return {
    scenario,
    seed,
    findings: [
      ...findingsOf(scenario.mayBury ? { ...ledger, buried: {} } : ledger),
      ...[...own, ...(scenario.afterwards?.(ledger) ?? []), ...lossOf(scenario, lost)].map(ownFinding),
    ],
    notes,
    slots: expectedSlots(ledger).length,
    ticks: inWindow.length - expired - lost,
    expired,
    lost,
    doubled: doubledIn(ledger),
    ...troubleOf(ledger),
    logs: logsOf(rig),
  }
}

function lossOf({ mayLose }: Scenario, lost: number): string[] {
  return lost > 0 && !mayLose ? [`${lost} slots are lost, and nothing in this fault takes a message away`] : []
}

function ownFinding(sentence: string): Finding {
  return { invariant: 'own', sentence }
}

/** Requests to healthy targets beyond one for each check that was carried out. */
function doubledIn({ requests, records, monitors, window }: Ledger): number {
  const healthy = new Map(monitors.filter(({ kind }) => kind === 'healthy').map(({ key, target }) => [key, target]))
  const targets = new Set(healthy.values())
  const isInside = (atMs: number) => atMs > window.fromMs && atMs <= window.toMs
  const asked = requests.filter(({ target, atMs }) => targets.has(target) && isInside(atMs)).length
  const answered = records.filter(
    (record) =>
      healthy.has(record.monitorKey) && record.code === 'OK' && isInside(record.scheduledAtMs + record.startLagMs),
  ).length
  return Math.max(0, asked - answered)
}

function logsOf({ programs }: Rig): string {
  return programs.map(({ name, program }) => `--- ${name}\n${program.said().slice(-1_500)}`).join('\n')
}
