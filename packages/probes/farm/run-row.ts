import { readdirSync } from 'node:fs'
import { type HttpSpec, httpSpecSchema } from '@repo/contracts/specs/http'
import type { Outcome } from '@repo/domain/outcome'
import { probeHttp } from '../src/checks/http.ts'
import { verdictOf } from '../src/engine/failure.ts'
import { startTarget } from '../testing/target.ts'
import type { FarmRow, FarmTools, OpenTarget, ScriptRow } from './row.ts'
import { farmDeps } from './tools.ts'

const TIMEOUT_MS = 3_000
/** Nothing but a deadline takes longer than this on loopback. */
const SOON_MS = 700
const PHASES_ADD_UP_TO_US = 5_000
const running = new AbortController().signal

export interface RowResult {
  readonly outcome: Outcome
  readonly elapsedMs: number
  /** What is not as it must be; empty where all is well. */
  readonly wrong: readonly string[]
}

export interface RowRun {
  readonly tools: FarmTools
  /** Called while the target is up, for a second opinion. */
  readonly meanwhile?: (target: OpenTarget) => Promise<void>
}

/** Opens the target of a row, probes it, and checks everything that holds for every row. */
export async function runRow(row: FarmRow, { tools, meanwhile }: RowRun): Promise<RowResult> {
  const before = openDescriptors()
  const target = 'script' in row ? await openScript(row) : await row.open(tools)
  const wrong: string[] = []
  try {
    const opened = openDescriptors()
    const startedAtMs = performance.now()
    const outcome = await probeHttp(specOf(row, target), { ...farmDeps(tools), ...target.deps }, running)
    const elapsedMs = performance.now() - startedAtMs
    wrong.push(...judge(row, outcome, elapsedMs))
    await hold(() => (target.openConnections?.() ?? 0) === 0, 'the target still has a connection', wrong)
    await hold(() => openDescriptors() <= opened, 'descriptors were left open', wrong)
    verify(target, wrong)
    await meanwhile?.(target)
    return { outcome, elapsedMs, wrong }
  } finally {
    await target.stop()
    await hold(() => openDescriptors() <= before, 'descriptors of the target were left open', wrong)
  }
}

/** The URL goes in as it is: a probe has to stand what an older version, or a hand in the database, let through. */
function specOf({ spec }: FarmRow, { url }: OpenTarget): HttpSpec {
  const plain = httpSpecSchema.parse({ kind: 'http', url: 'http://any.example/', timeoutMs: TIMEOUT_MS, ...spec })
  return { ...plain, url }
}

async function openScript({ script, target, path = '' }: ScriptRow): Promise<OpenTarget> {
  const server = await startTarget(script, target)
  return { url: `${server.url}${path}`, openConnections: server.openConnections, stop: server.stop }
}

function judge({ code, verdict, message, maxMs = SOON_MS }: FarmRow, outcome: Outcome, elapsedMs: number): string[] {
  const expected = `${verdict ?? verdictOf(code)} ${code}`
  const said = `${outcome.verdict} ${outcome.code}`
  const { dns, connect, tls, firstByte, transfer, total } = outcome.phases
  const sum = [dns, connect, tls, firstByte, transfer].reduce<number>((all, phase) => all + (phase ?? 0), 0)
  return [
    ...(said === expected ? [] : [`said ${said}, expected ${expected}: ${outcome.message}`]),
    ...(message && !message.test(outcome.message) ? [`said "${outcome.message}", expected ${message}`] : []),
    ...(elapsedMs <= maxMs ? [] : [`took ${Math.round(elapsedMs)} ms, at most ${maxMs} are allowed`]),
    ...(Math.abs(total - sum) < PHASES_ADD_UP_TO_US ? [] : [`its phases add up to ${sum} µs, not to ${total} µs`]),
    ...(/^[\x20-\x7e…]{1,300}$/.test(outcome.message)
      ? []
      : [`its message is not plain: ${JSON.stringify(outcome.message)}`]),
  ]
}

function verify(target: OpenTarget, wrong: string[]): void {
  try {
    target.verify?.()
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error))
  }
}

/** Waits a moment for what the kernel needs a moment for. */
async function hold(condition: () => boolean, otherwise: string, wrong: string[]): Promise<void> {
  const deadlineMs = performance.now() + 2_000
  while (!condition()) {
    if (performance.now() > deadlineMs) {
      wrong.push(otherwise)
      return
    }
    await Bun.sleep(2)
  }
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}
