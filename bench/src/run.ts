/** One way of doing the work, measured beside the others. */
export interface Contender {
  readonly name: string
  /** Works until the deadline (performance.now() time) and answers how many operations it has completed. */
  work(deadlineMs: number): Promise<number>
}

export interface BenchContext {
  readonly contenders: readonly Contender[]
  /** How many operations the other side has seen so far: the proof that the work was done. */
  countDone(): Promise<number>
  /** CPU time that other processes of ours (a database) have used so far, in microseconds; where there are any. */
  otherCpuMicros?(): Promise<number>
  close(): Promise<void>
}

/** Several ways of doing the same work, or one run of a whole instance. */
export type Bench = Comparison | Trial

export interface Trial {
  readonly name: string
  readonly summary: string
  /** Measures for about so long; throws where the work was not done. */
  run(seconds: number, progress: (line: string) => void): Promise<Row[]>
}

export interface Comparison {
  readonly name: string
  readonly summary: string
  /** The contender that `ratio` compares with, where there is one. */
  readonly reference?: string
  open(): Promise<BenchContext>
}

export interface Row {
  readonly name: string
  readonly perSecond: number
  /** CPU time of the measuring process, not of the other side. */
  readonly cpuMicrosPerOp: number
  /** CPU time of the other processes of ours that took part, such as the database. */
  readonly otherCpuMicrosPerOp?: number
  /** Operations per second as a share of the reference's. */
  readonly ratio?: number
  readonly rounds: number
  /** Further figures, each with its unit in its name. */
  readonly figures?: Readonly<Record<string, number>>
}

interface Round {
  readonly perSecond: number
  readonly cpuMicrosPerOp: number
  readonly otherCpuMicrosPerOp: number | undefined
}

const ROUNDS = 5
/** Of all the time of a contender, before it is measured: the first seconds are the compiler's. */
const WARM_UP_SHARE = 0.4

export function runBench(bench: Bench, seconds: number, progress: (line: string) => void): Promise<Row[]> {
  return 'run' in bench ? bench.run(seconds, progress) : compare(bench, seconds, progress)
}

/**
 * Runs the contenders in turns, round by round, so that whatever disturbs the machine disturbs all of them, and answers the
 * median of each. `seconds` is the time that all rounds of one contender take together.
 */
async function compare(bench: Comparison, seconds: number, progress: (line: string) => void): Promise<Row[]> {
  const context = await bench.open()
  try {
    const roundMs = (seconds * 1_000) / ROUNDS
    for (const contender of context.contenders) await measure(contender, context, seconds * 1_000 * WARM_UP_SHARE)
    const rounds = new Map<string, Round[]>(context.contenders.map(({ name }) => [name, []]))
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const contender of context.contenders) {
        const measured = await measure(contender, context, roundMs)
        rounds.get(contender.name)?.push(measured)
        progress(`round ${round}/${ROUNDS}  ${contender.name}  ${Math.round(measured.perSecond)}/s`)
      }
    }
    return toRows(rounds, bench.reference)
  } finally {
    await context.close()
  }
}

async function measure(contender: Contender, context: BenchContext, roundMs: number): Promise<Round> {
  const doneBefore = await context.countDone()
  const otherBefore = await context.otherCpuMicros?.()
  const cpuBefore = process.cpuUsage()
  const startedAtMs = performance.now()
  const count = await contender.work(startedAtMs + roundMs)
  const elapsedMs = performance.now() - startedAtMs
  const cpu = process.cpuUsage(cpuBefore)
  const other =
    otherBefore === undefined ? undefined : ((await context.otherCpuMicros?.()) ?? otherBefore) - otherBefore
  const done = (await context.countDone()) - doneBefore
  if (done !== count || count === 0) {
    throw new Error(`${contender.name} claims ${count} operations, the other side has seen ${done}`)
  }
  return {
    perSecond: (1_000 * count) / elapsedMs,
    cpuMicrosPerOp: (cpu.user + cpu.system) / count,
    otherCpuMicrosPerOp: other === undefined ? undefined : other / count,
  }
}

function toRows(rounds: ReadonlyMap<string, readonly Round[]>, reference: string | undefined): Row[] {
  const perSecondOf = (name: string) => median((rounds.get(name) ?? []).map(({ perSecond }) => perSecond))
  const referencePerSecond = reference === undefined ? undefined : perSecondOf(reference)
  return [...rounds].map(([name, measured]) => ({
    name,
    perSecond: Math.round(perSecondOf(name)),
    cpuMicrosPerOp: roundedTo(median(measured.map(({ cpuMicrosPerOp }) => cpuMicrosPerOp)), 1),
    ...otherCpu(measured),
    ...(referencePerSecond === undefined ? {} : { ratio: roundedTo(perSecondOf(name) / referencePerSecond, 2) }),
    rounds: measured.length,
  }))
}

function otherCpu(rounds: readonly Round[]): Pick<Row, 'otherCpuMicrosPerOp'> {
  const known = rounds.flatMap(({ otherCpuMicrosPerOp }) =>
    otherCpuMicrosPerOp === undefined ? [] : [otherCpuMicrosPerOp],
  )
  return known.length === 0 ? {} : { otherCpuMicrosPerOp: roundedTo(median(known), 1) }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

export function roundedTo(value: number, decimals: number): number {
  return Number(value.toFixed(decimals))
}
