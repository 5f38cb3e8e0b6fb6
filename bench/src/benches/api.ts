import { startTalking, type TalkingProcess } from '../live-process.ts'
import { onFirstProcessor, onLastProcessor, pinToFirstProcessor } from '../pinned.ts'
import { cpuMicrosOf } from '../process-family.ts'
import { type Row, roundedTo, type Trial } from '../run.ts'
import { openSeededApi, signIn } from '../seeded-api.ts'

const monitors = 10_000
const clients = 32
const pageSize = 100
const people = 8

interface Load {
  readonly answers: number
  readonly perSecond: number
  readonly bytesEach: number
  readonly statuses: Readonly<Record<string, number>>
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** The whole API process with its PostgreSQL on one core, asked by 32 clients from the other. */
export const apiBench: Trial = {
  name: 'api',
  summary: 'lists of 100 of 10,000 monitors for 32 clients, beside a bare Bun.serve, and people who sign in meanwhile',
  async run(seconds, progress) {
    await using ground = await openGround(progress)
    const { api, load, url, token, username } = ground
    const ms = Math.round((seconds * 1_000) / 4)
    const list = `${url}/api/v1/monitors?limit=${pageSize}`
    const pids = { api: api.pid, postgres: ground.postgresPid }
    const asked = (path: string) => `run ${path} ${clients} ${ms} ${token}`

    await load.ask(`run ${list} ${clients} 2000 ${token}`)
    const listed = await measure(pids, 'list of monitors', () => load.ask(asked(list)))
    progress(`the list: ${Math.round(listed.row.perSecond)} a second`)
    const marked = await measure(pids, 'list with 60 marks each', () => load.ask(asked(`${list}&recent=60`)))
    const one = await measure(pids, 'who is signed in', () => load.ask(asked(`${url}/api/v1/session`)))
    const bare = await measureBare(load, listed.load.bytesEach, ms)

    await using second = startLoad()
    await second.nextLine()
    const [beside, entered] = await Promise.all([
      measure(pids, 'list while people sign in', () => load.ask(asked(list))),
      second.ask(`sign-in ${url}/api/v1/sign-in ${people} ${ms} ${username}`),
    ])
    const signIns = JSON.parse(entered) as Load
    const rows = [listed, marked, one, beside].map(({ row }) => ({
      ...row,
      ratio: roundedTo(row.perSecond / bare.perSecond, 2),
    }))
    return [bare, ...rows, signInRow(signIns)]
  },
}

async function openGround(progress: (line: string) => void) {
  await using made = new AsyncDisposableStack()
  const seeded = await openSeededApi(made, { monitors, progress })
  const { api, url, username, postgresPid } = seeded
  for (const pid of [api.pid, postgresPid]) pinToFirstProcessor(pid)
  const load = startLoad()
  made.use(load)
  await load.nextLine()
  const token = await signIn(seeded)
  const kept = made.move()
  return {
    ...{ api, load, url, token, username, postgresPid },
    [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
  }
}

function startLoad(): TalkingProcess & AsyncDisposable {
  const process_ = startTalking(onLastProcessor([process.execPath, `${import.meta.dir}/../http-load-process.ts`]))
  return { ...process_, [Symbol.asyncDispose]: () => process_.stop() }
}

async function measure(
  pids: { readonly api: number; readonly postgres: number },
  name: string,
  run: () => Promise<string>,
): Promise<{ row: Row; load: Load }> {
  const before = { api: cpuMicrosOf(pids.api), postgres: cpuMicrosOf(pids.postgres) }
  const load = JSON.parse(await run()) as Load
  if (load.statuses[200] !== load.answers) throw new Error(`not all were answered: ${JSON.stringify(load.statuses)}`)
  const each = (micros: number) => roundedTo(micros / load.answers, 1)
  const row = {
    name,
    perSecond: Math.round(load.perSecond),
    cpuMicrosPerOp: each(cpuMicrosOf(pids.api) - before.api),
    otherCpuMicrosPerOp: each(cpuMicrosOf(pids.postgres) - before.postgres),
    rounds: 1,
    figures: figuresOf(load),
  }
  return { row, load }
}

async function measureBare(load: TalkingProcess, bytes: number, ms: number): Promise<Row> {
  const server = startTalking(
    onFirstProcessor([process.execPath, `${import.meta.dir}/../http-bare-process.ts`, `${Math.round(bytes)}`]),
  )
  try {
    const url = `http://127.0.0.1:${await server.nextLine()}/`
    const before = cpuMicrosOf(server.pid)
    const measured = JSON.parse(await load.ask(`run ${url} ${clients} ${ms} none`)) as Load
    const cpuMicrosPerOp = roundedTo((cpuMicrosOf(server.pid) - before) / measured.answers, 1)
    const perSecond = Math.round(measured.perSecond)
    return {
      name: 'bare Bun.serve, the same bytes',
      perSecond,
      cpuMicrosPerOp,
      rounds: 1,
      figures: figuresOf(measured),
    }
  } finally {
    await server.stop()
  }
}

/** What the limits let through is counted beside what they did not. */
function signInRow(load: Load): Row {
  return {
    name: 'sign-ins meanwhile',
    perSecond: roundedTo(load.perSecond, 1),
    cpuMicrosPerOp: 0,
    rounds: 1,
    figures: { ...figuresOf(load), signedIn: load.statuses[200] ?? 0, refusedByLimit: load.statuses[429] ?? 0 },
  }
}

function figuresOf({ answers, bytesEach, p50Ms, p95Ms, p99Ms, maxMs }: Load): Record<string, number> {
  const rounded = Object.entries({ p50Ms, p95Ms, p99Ms, maxMs }).map(([name, ms]) => [name, roundedTo(ms, 1)])
  return { answers, bytesEach: Math.round(bytesEach), ...Object.fromEntries(rounded) }
}
