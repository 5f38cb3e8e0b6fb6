import { limits } from './limits.ts'
import { forgetOnAbort, type Stoppable, stopOnAbort } from './stopping.ts'
import { type Phase, Stopwatch } from './stopwatch.ts'

/**
 * Where a probe is. Finer than its phases: `headers` and `body` are both transfer, but time out under different names.
 * `answer` waits for the first answer of a protocol that is not HTTP, `talk` for those that follow.
 */
export type Stage = 'dns' | 'connect' | 'tls' | 'firstByte' | 'headers' | 'body' | 'answer' | 'talk'

const phaseOf: Readonly<Record<Stage, Phase>> = {
  dns: 'dns',
  connect: 'connect',
  tls: 'tls',
  firstByte: 'firstByte',
  headers: 'transfer',
  body: 'transfer',
  answer: 'firstByte',
  talk: 'transfer',
}

const stageLimitMs: Readonly<Partial<Record<Stage, number>>> = {
  dns: limits.dnsMs,
  connect: limits.connectMs,
  tls: limits.tlsMs,
}

/** One probe under way: its clock, its absolute deadline, and the one thing that it is waiting for. */
export class ProbeRun implements Stoppable {
  readonly stopwatch = new Stopwatch()
  stage: Stage = 'dns'
  private interrupt: (() => void) | null = null
  /** How long this process stood still when the time was up: then nothing is known of the other side. */
  stalledMs = 0
  private hasTimerFired = false
  private readonly deadlineMs: number
  private timer: ReturnType<typeof setTimeout>
  private timerAtMs: number
  private stageStartedAtMs: number

  constructor(
    readonly timeoutMs: number,
    private readonly signal: AbortSignal,
  ) {
    this.stageStartedAtMs = this.stopwatch.startedAtMs
    this.deadlineMs = this.stopwatch.startedAtMs + timeoutMs
    this.timerAtMs = this.deadlineMs
    this.timer = setTimeout(onTimer, timeoutMs, this)
    stopOnAbort(signal, this)
  }

  get isStopped(): boolean {
    return this.signal.aborted
  }

  /** True once there is no use in beginning anything more. */
  get isOver(): boolean {
    return this.signal.aborted || performance.now() >= this.deadlineMs
  }

  /** Begins to wait in a stage. `interrupt` is called where the wait has to end before what it waits for has come. */
  waitIn(stage: Stage, interrupt: () => void): void {
    this.interrupt = interrupt
    this.enter(stage)
    if (this.signal.aborted) interrupt()
  }

  /** The wait has ended, one way or the other. */
  doneWaiting(): void {
    this.interrupt = null
    this.stopwatch.leave()
  }

  /** Waits for something that is not the target's: its time belongs to no phase, and to no total. */
  attend(interrupt: (() => void) | null): void {
    this.interrupt = interrupt
    if (this.signal.aborted) interrupt?.()
  }

  enter(stage: Stage): void {
    this.stage = stage
    // The body continues the transfer that began with the first byte of the head.
    this.stageStartedAtMs = stage === 'body' ? performance.now() : this.stopwatch.enter(phaseOf[stage])
    const limitMs = stageLimitMs[stage]
    this.armAt(limitMs === undefined ? this.deadlineMs : Math.min(this.deadlineMs, this.stageStartedAtMs + limitMs))
  }

  remainingMs(): number {
    return this.deadlineMs - performance.now()
  }

  /** How long the probe has waited in this stage, for the text of its time-out. */
  waitedMs(): number {
    return performance.now() - this.stageStartedAtMs
  }

  stop(): void {
    this.interrupt?.()
  }

  timeOut(): void {
    this.hasTimerFired = true
    this.stalledMs = Math.max(this.stalledMs, performance.now() - this.timerAtMs)
    this.interrupt?.()
  }

  finish(): void {
    clearTimeout(this.timer)
    forgetOnAbort(this.signal, this)
  }

  // The timer moves only where a stage's own limit is the nearer one, or where it fired while nobody was waiting.
  private armAt(atMs: number): void {
    if (atMs === this.timerAtMs && !this.hasTimerFired) return
    clearTimeout(this.timer)
    this.timerAtMs = atMs
    this.hasTimerFired = false
    this.timer = setTimeout(onTimer, Math.max(0, atMs - performance.now()), this)
  }
}

function onTimer(run: ProbeRun): void {
  run.timeOut()
}
