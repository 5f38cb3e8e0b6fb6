import { existsSync } from 'node:fs'
import { startTalking, type TalkingProcess } from '../live-process.ts'
import { onFirstProcessor, onLastProcessor } from '../pinned.ts'
import { cpuMicrosOf, pssMegabytesOf } from '../process-family.ts'
import { median, type Row, roundedTo, type Trial } from '../run.ts'

const pages = 1_000
const components = 50
const listeners = 10_000
const rounds = 5
const connections = 64
const allToldWithinMs = 10_000
const wrk = ['/usr/bin/wrk', '/usr/local/bin/wrk'].find((path) => existsSync(path))

export const statusBench: Trial = {
  name: 'status',
  summary:
    'status pages from memory on one core, beside a bare Bun.serve of the same bytes; 10,000 who listen; drawing 1,000 pages',
  async run(seconds, progress) {
    if (!wrk) throw new Error('it measures with wrk: apt-get install wrk')
    const server = startTalking(onFirstProcessor(processOf('status-process.ts', `${pages}`, `${components}`)))
    try {
      const port = await server.nextLine()
      const drawing = await measureDrawing()
      for (const { name, figures } of drawing) progress(`${name}: ${figures?.p50Ms} ms, p99 ${figures?.p99Ms} ms`)
      const served = await measureServing(port, { server, seconds, progress })
      const told = await measureTelling(port, { server, progress })
      return [...served, told, ...drawing]
    } finally {
      await server.stop()
    }
  },
}

function processOf(file: string, ...args: string[]): string[] {
  return [process.execPath, `${import.meta.dir}/../${file}`, ...args]
}

/** In this order: the first time is the compiler's as well, and so are its figures. */
const drawings = {
  first: 'for the first time, in a process that began now',
  later: 'a minute later',
  changed: 'after a change of one component',
} as const

/** In a process of its own, on all cores: what is answered on one of them was drawn before. */
async function measureDrawing(): Promise<Row[]> {
  const server = startTalking(processOf('status-process.ts', `${pages}`, `${components}`))
  try {
    await server.nextLine()
    const rows: Row[] = []
    for (const [asked, when] of Object.entries(drawings)) rows.push(await measureDrawings(server, { asked, when }))
    return rows
  } finally {
    await server.stop()
  }
}

async function measureDrawings(server: TalkingProcess, { asked, when }: { asked: string; when: string }): Promise<Row> {
  const cpu = cpuMicrosOf(server.pid)
  const { pages: drawn, ...took } = JSON.parse(await server.ask(asked)) as Record<string, number>
  if (drawn !== pages) throw new Error(`${drawn} of ${pages} pages were drawn`)
  return {
    name: `drawing a page of ${components} components, ${when}`,
    perSecond: Math.round(1_000 / (took.p50Ms ?? 1)),
    cpuMicrosPerOp: roundedTo((cpuMicrosOf(server.pid) - cpu) / pages, 1),
    rounds: 1,
    figures: Object.fromEntries(Object.entries(took).map(([name, ms]) => [name, roundedTo(ms, 2)])),
  }
}

interface Serving {
  readonly server: TalkingProcess
  readonly seconds: number
  readonly progress: (line: string) => void
}

/** Rounds of the contenders by turns, on a machine that others use too. */
async function measureServing(port: string, { server, seconds, progress }: Serving): Promise<Row[]> {
  const url = `http://127.0.0.1:${port}/status/page-1`
  const bare = startTalking(onFirstProcessor(processOf('status-bare-process.ts', url)))
  try {
    const bareUrl = `http://127.0.0.1:${await bare.nextLine()}/`
    const contenders = [
      { name: 'bare Bun.serve, the same bytes', url: bareUrl, process: bare, headers: [] },
      { name: 'a page, plain', url, process: server, headers: [] },
      { name: 'a page, packed', url, process: server, headers: ['accept-encoding: gzip'] },
      { name: 'a page that has not changed (304)', url, process: server, headers: [], isKnown: true },
      {
        name: 'the Statuspage API, packed',
        url: `${url}/api/v2/summary.json`,
        process: server,
        headers: ['accept-encoding: gzip'],
      },
    ]
    const measured = contenders.map(() => [] as Load[])
    const roundSeconds = Math.max(1, Math.round(seconds / rounds))
    for (let round = 0; round <= rounds; round += 1) {
      for (const [place, contender] of contenders.entries()) {
        const load = await loadOnce(contender, roundSeconds)
        // The first round is the compiler's.
        if (round > 0) measured[place]?.push(load)
      }
      progress(`round ${round} of ${rounds}`)
    }
    const reference = median((measured[0] ?? []).map(({ perSecond }) => perSecond))
    return contenders.map(({ name, process }, place) => {
      const loads = measured[place] ?? []
      const perSecond = Math.round(median(loads.map((load) => load.perSecond)))
      return {
        ...{ name, perSecond, rounds },
        cpuMicrosPerOp: roundedTo(median(loads.map((load) => load.cpuMicrosPerOp)), 1),
        ratio: roundedTo(perSecond / reference, 2),
        figures: {
          p99Ms: roundedTo(median(loads.map((load) => load.p99Ms)), 2),
          pssMegabytes: pssMegabytesOf(process.pid),
        },
      }
    })
  } finally {
    await bare.stop()
  }
}

interface Load {
  readonly perSecond: number
  readonly p99Ms: number
  readonly cpuMicrosPerOp: number
}

interface Loaded {
  readonly url: string
  readonly process: TalkingProcess
  readonly headers: readonly string[]
  /** Whether whoever asks has the page already, as it stands when a round begins: it says which minute it is of. */
  readonly isKnown?: boolean
}

/** Counted by wrk, which tells what was no good answer. */
async function loadOnce({ url, process, headers, isKnown = false }: Loaded, seconds: number): Promise<Load> {
  const known = isKnown ? [`if-none-match: ${(await fetch(url)).headers.get('etag')}`] : []
  const words = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--latency',
    ...[...headers, ...known].flatMap((header) => ['-H', header]),
    url,
  ]
  const cpu = cpuMicrosOf(process.pid)
  const child = Bun.spawn(onLastProcessor([wrk ?? 'wrk', ...words]), { stdout: 'pipe' })
  const said = await new Response(child.stdout).text()
  const used = cpuMicrosOf(process.pid) - cpu
  const answers = Number(/(\d+) requests in/.exec(said)?.[1] ?? 0)
  const bad = /Non-2xx or 3xx responses: (\d+)|Socket errors: .*/.exec(said)
  if (answers === 0 || bad) throw new Error(`${url}: ${bad?.[0] ?? 'nothing was answered'}`)
  const [, p99 = '0', unit = 'ms'] = /99%\s+([\d.]+)(us|ms|s)/.exec(said) ?? []
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(said)?.[1] ?? 0),
    p99Ms: Number(p99) * ({ us: 0.001, ms: 1, s: 1_000 }[unit] ?? 1),
    cpuMicrosPerOp: used / answers,
  }
}

interface Telling {
  readonly server: TalkingProcess
  readonly progress: (line: string) => void
}

interface Heard {
  readonly open: number
  readonly closed: number
  readonly told: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

async function measureTelling(port: string, { server, progress }: Telling): Promise<Row> {
  const words = ['status-listeners-process.ts', port, '/status/page-0/events', `${listeners}`] as const
  const clients = startTalking(onLastProcessor(processOf(...words)))
  try {
    await clients.nextLine()
    progress(`${listeners} listen`)
    const heard: Heard[] = []
    const before = cpuMicrosOf(server.pid)
    for (let round = 0; round <= rounds; round += 1) {
      await server.ask('change')
      heard.push(await heardBy(clients))
    }
    const cpu = (cpuMicrosOf(server.pid) - before) / (listeners * (rounds + 1))
    const figure = (pick: (one: Heard) => number) => roundedTo(median(heard.slice(1).map(pick)), 1)
    return {
      name: `an event to ${listeners} who listen`,
      perSecond: Math.round(
        (1_000 * listeners) /
          Math.max(
            1,
            figure(({ maxMs }) => maxMs),
          ),
      ),
      cpuMicrosPerOp: roundedTo(cpu, 2),
      rounds,
      figures: {
        p50Ms: figure(({ p50Ms }) => p50Ms),
        p99Ms: figure(({ p99Ms }) => p99Ms),
        maxMs: figure(({ maxMs }) => maxMs),
        serverPssMegabytes: pssMegabytesOf(server.pid),
      },
    }
  } finally {
    await clients.stop()
  }
}

/** Waits for all of them, and for no more: who is told twice is as wrong as who is not told. */
async function heardBy(clients: TalkingProcess): Promise<Heard> {
  const deadlineMs = performance.now() + allToldWithinMs
  while (Number(await clients.ask('count')) < listeners && performance.now() < deadlineMs) await Bun.sleep(20)
  const heard = JSON.parse(await clients.ask('report')) as Heard
  if (heard.told !== listeners || heard.closed > 0)
    throw new Error(`${heard.told} of ${listeners} were told, and ${heard.closed} were cut off`)
  return heard
}
