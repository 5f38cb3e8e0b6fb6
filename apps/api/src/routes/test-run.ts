import { createRoute } from '@hono/zod-openapi'
import {
  type TestRunLine,
  testRunLimits,
  testRunLineSchema,
  testRunMonitorKey,
  testRunSchema,
} from '@repo/contracts/test-run'
import { isProbed, type ProbedSpec } from '@repo/contracts/watched-by'
import { parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import type { Region } from '@repo/domain/region'
import { createGuard } from '../access/guard.ts'
import type { ApiDeps } from '../deps.ts'
import type { SeenLook } from '../looks.ts'
import { refuseForbidden } from '../monitor-egress.ts'
import { sealSpec } from '../monitor-secrets.ts'
import { createTestRunListeners, type TestRunListeners } from '../monitor-test-runs.ts'
import { chooseRegions } from '../monitors.ts'
import { AppError } from '../problems.ts'
import { jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const testRun = createRoute({
  method: 'post',
  path: '/monitors/test',
  summary:
    'Run a specification once before it is saved; what each region sees is told as it comes, a line of JSON each',
  request: jsonRequest(testRunSchema),
  responses: {
    200: {
      description: 'What the regions saw. Empty lines in between say only that the connection lives',
      content: { 'application/x-ndjson': { schema: testRunLineSchema } },
    },
    400: problems[400],
    422: problem('There is nobody to ask: such a monitor tells of itself'),
  },
})

const aliveEveryMs = 10_000

export function testRunRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const listeners = createTestRunListeners(deps.testRuns)
  routes.openapi(guard(testRun, { role: 'member', resource: 'monitors', access: 'write' }), async (c) => {
    const { spec, regions: asked } = c.req.valid('json')
    const { workspaceId } = c.get('principal')
    if (!isProbed(spec)) throw new AppError('not_probed')
    refuseForbidden(deps, spec)
    const sealed = sealSpec(deps.keyring, workspaceId, spec)
    const regions = await chooseRegions(deps, asked)
    await takeTestRun(deps, workspaceId)
    const by = c.get('principal')
    const signLook = (seen: SeenLook) => deps.looks.sign({ ...seen, by, spec }, deps.clock.nowMs())
    const lines = await start({ ...deps, listeners }, { workspaceId, spec: sealed, regions, signLook })
    // Compressed, a line would wait for the next ones.
    return c.body(lines, 200, {
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store, no-transform',
    }) as never
  })
  return routes
}

/** Whoever tries specs out makes regions connect to wherever they like. @throws AppError `too_many_requests`. */
async function takeTestRun({ rateLimits }: Pick<ApiDeps, 'rateLimits'>, workspaceId: WorkspaceId): Promise<void> {
  const rate = { limit: testRunLimits.perMinute, windowMs: 60_000 }
  const taken = await rateLimits.take(`test-run:${workspaceId}`, rate).catch(() => {
    throw new AppError('unavailable', 'test runs cannot be counted at the moment')
  })
  if (taken.allowed) return
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(taken.resetMs / 1_000))) }
  throw new AppError('too_many_requests', `at most ${rate.limit} test runs a minute`, { headers })
}

interface Run {
  readonly workspaceId: WorkspaceId
  /** With its secrets sealed. */
  readonly spec: ProbedSpec
  readonly regions: readonly Region[]
  readonly signLook: (seen: SeenLook) => Promise<string | undefined>
}

type RunDeps = Pick<ApiDeps, 'clock' | 'urgentOf'> & { readonly listeners: TestRunListeners }

/** Sends the check to its regions, and gives back what they say of it, line by line. */
async function start(deps: RunDeps, run: Run): Promise<ReadableStream<Uint8Array>> {
  const { clock, listeners, urgentOf } = deps
  const testRunId = crypto.randomUUID()
  const awaited = new Set<string>(run.regions)
  let telling = 0
  const ending = new AbortController()
  const encoder = new TextEncoder()
  const stream = new TransformStream<TestRunLine | null, Uint8Array>({
    transform: (line, controller) =>
      controller.enqueue(encoder.encode(`${line === null ? '' : JSON.stringify(line)}\n`)),
  })
  const writer = stream.writable.getWriter()
  const write = (line: TestRunLine | null) => void writer.write(line).catch(() => ending.abort())
  const scheduledAtMs = clock.nowMs()
  const close = await listeners.open(testRunId, async ({ region, startedAtMs, outcome }) => {
    if (!awaited.delete(region)) return
    telling += 1
    const look = startedAtMs && (await run.signLook({ region, scheduledAtMs, startedAtMs, outcome }))
    write({ region, outcome, ...(look ? { look } : {}) })
    telling -= 1
    if (awaited.size === 0 && telling === 0) ending.abort()
  })
  // Whoever asked may be gone before it ends.
  writer.closed.catch(() => ending.abort())

  const shared = {
    monitorId: parseMonitorId(Bun.randomUUIDv7()),
    monitorKey: testRunMonitorKey,
    workspaceId: run.workspaceId,
    scheduledAtMs,
    testRunId,
    expiresAtMs: scheduledAtMs + testRunLimits.patienceMs,
    spec: run.spec,
  }
  try {
    await Promise.all(run.regions.map((region) => urgentOf(region).publish([{ ...shared, region }])))
  } catch (error) {
    close()
    throw error
  }
  void finish()
  return stream.readable

  async function finish(): Promise<void> {
    void keepAlive(deps, () => write(null), ending.signal)
    await clock.sleep(run.spec.timeoutMs + testRunLimits.patienceMs, ending.signal)
    ending.abort()
    close()
    for (const region of awaited) write({ region, outcome: null })
    write({ done: true })
    await writer.close().catch(() => {})
  }
}

async function keepAlive({ clock }: Pick<ApiDeps, 'clock'>, tell: () => void, signal: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(aliveEveryMs, signal)
    if (signal.aborted) return
    tell()
  }
}
