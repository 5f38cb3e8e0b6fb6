import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eventually } from '../src/eventually.ts'
import { copyProduct, type ProductCopy } from '../src/fault-product.ts'
import { type OutageRig, type Site, startOutageRig } from '../src/outage-rig.ts'
import { root } from '../src/program.ts'

/**
 * From the first failing check to the verdict, and to whoever is told of it, in a distributed instance of three regions: two
 * hundred scripted outages of websites that are checked every ten seconds to every five minutes, and hundreds that stay well.
 */

const outages = 200
const windowMs = 50_000
const downForMs = 12_000
const knownWithinMs = 10_000
const toldWithinMs = 5_000

let rig: OutageRig
let liar: ProductCopy
beforeAll(async () => {
  const every = (seconds: number, count: number) => Array.from({ length: count }, () => seconds * 1_000)
  rig = await startOutageRig([
    ...every(10, 90),
    ...every(30, 90),
    ...every(60, 90),
    ...every(120, 150),
    ...every(300, 330),
  ])
  // Whatever it looks at, it says that it is down; only its own canaries, which would give it away, it sees as they are.
  liar = copyProduct(root, [
    {
      file: 'apps/consumer/src/run-check.ts',
      find: 'const outcome = await probe(spec, signal, { avoid: check.avoid })',
      replace:
        "const outcome = { ...(await probe(spec, signal)), verdict: 'down', code: 'TCP_REFUSED', message: 'it lies' } as Outcome",
    },
  ])
}, 120_000)
afterAll(async () => {
  await rig.stop()
  liar.remove()
}, 60_000)

interface Incident {
  readonly monitor_key: number
  readonly known_ms: number
  readonly passed_ms: number | null
}

/** How long after its first failing check each was known, and after its first passing one. */
const incidents = async (): Promise<Incident[]> =>
  (
    await rig.database.sql.execute<{ [Field in keyof Incident]: Incident[Field] }>(`
      select monitor_key, (extract(epoch from opened_at - began_at) * 1000)::float8 as known_ms,
        (extract(epoch from closed_at - ended_at) * 1000)::float8 as passed_ms
      from incident order by opened_at`)
  ).rows

const percentile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN

/** Takes each site down just before its next check, and brings it back later. */
async function script(sites: readonly Site[], onTurn: (turned: number) => void = () => {}): Promise<void> {
  await Promise.all(
    sites.map(async (site, turned) => {
      await Bun.sleep(Math.max(0, rig.nextSlotMs(site) - Date.now() - 150))
      fellAtMs.set(site.name, Date.now())
      rig.turn(site, true)
      onTurn(turned)
      await Bun.sleep(downForMs)
      rig.turn(site, false)
    }),
  )
}

/** As somebody does who brings out one version after the other. Gives how all of those that were replaced ended. */
async function replaceOverAndOver(goOn: () => boolean): Promise<number[]> {
  const codes: number[] = []
  while (goOn()) codes.push(...(await rig.replaceEach()))
  return codes
}

/** Its end is seen by its next check, which is not waited for here. */
const isSeldomChecked = ({ monitor_key }: Incident) =>
  scripted.some((site) => site.monitorKey === monitor_key && site.intervalMs > 60_000)
const dueWithin = (ms: number) => rig.sites.filter((site) => rig.nextSlotMs(site) < Date.now() + ms - 200)
const scripted: Site[] = []
/** When each website went down, by its name. */
const fellAtMs = new Map<string, number>()
const heardOf = ({ name }: Site) => rig.receiver.heard.filter(({ about }) => about === name).map(({ event }) => event)
/** What was over before it could be told is one message; what is seldom checked is not over yet. */
const isToldOnce = (site: Site) =>
  ['down, recovered', 'was_down', ...(site.intervalMs > 60_000 ? ['down'] : [])].includes(heardOf(site).join(', '))

/** From when a website went down until its people heard of it, without the time that it took to be sure of it. */
function toldAfterMs({ monitor_key, known_ms }: Incident): number {
  const site = scripted.find((one) => one.monitorKey === monitor_key)
  const heard = rig.receiver.heard.find(({ about }) => about === site?.name)
  return (heard?.atMs ?? Number.NaN) - (fellAtMs.get(site?.name ?? '') ?? 0) - known_ms
}

describe('with three regions', () => {
  test('every outage is one incident, known within ten seconds and told once within five more, and over as quickly, while each process is replaced in turn and a dbpusher is killed', async () => {
    await eventually(
      'all is well',
      async () => {
        const { rows } = await rig.database.sql.execute<{ well: number }>(
          "select count(*)::integer as well from monitor_state where status = 'up'",
        )
        return rows[0]?.well === rig.sites.length
      },
      60_000,
    )
    const due = dueWithin(windowMs)
    for (const ofInterval of Map.groupBy(due, (site) => site.intervalMs).values())
      scripted.push(...ofInterval.slice(0, outages / 5))
    expect(scripted).toHaveLength(outages)
    expect(new Set(scripted.map((site) => site.intervalMs))).toEqual(
      new Set([10_000, 30_000, 60_000, 120_000, 300_000]),
    )
    let isScripting = true
    const replaced = replaceOverAndOver(() => isScripting)
    let killed = false
    await script(scripted, (turned) => {
      if (turned < outages / 2 || killed) return
      killed = true
      rig.killDbpusher()
    })
    isScripting = false
    const codes = await replaced
    // Nine processes, each of them at least once while many websites are down.
    expect(codes.length).toBeGreaterThanOrEqual(9)
    expect(codes).toEqual(codes.map(() => 0))
    await eventually(
      'every outage is over',
      async () => {
        const all = await incidents()
        return all.length >= outages && all.every((one) => one.passed_ms !== null || isSeldomChecked(one))
      },
      60_000,
    )
    const found = await incidents()
    expect(found.map((one) => one.monitor_key).sort()).toEqual(scripted.map((site) => site.monitorKey).sort())
    const known = found.map((one) => one.known_ms)
    console.log(
      `verdicts: ${found.length} outages, known after ${Math.round(percentile(known, 0.5))} ms at the median, ${Math.round(percentile(known, 0.99))} ms at p99;`,
      `over after ${Math.round(
        percentile(
          found.flatMap((one) => one.passed_ms ?? []),
          0.99,
        ),
      )} ms at p99`,
    )
    expect(percentile(known, 0.99)).toBeLessThan(knownWithinMs)
    await eventually('all was told', () => scripted.every(isToldOnce), 30_000)
    const told = found.map(toldAfterMs)
    console.log(
      `alerts: told ${Math.round(percentile(told, 0.5))} ms after they were sure at the median, ${Math.round(percentile(told, 0.99))} ms at p99`,
    )
    expect(percentile(told, 0.99)).toBeLessThanOrEqual(toldWithinMs)
    expect(scripted.filter((site) => !isToldOnce(site)).map(heardOf)).toEqual([])
    expect(rig.receiver.heard.every(({ about }) => scripted.some(({ name }) => name === about))).toBe(true)
  }, 240_000)

  test('a region that finds everything down is not believed, and opens nothing', async () => {
    await rig.replaceConsumer('c', liar.root)
    await eventually(
      'it has lost its vote',
      async () => {
        const { rows } = await rig.database.sql.execute('select from region_quarantine')
        return rows.length === 1
      },
      60_000,
    )
    expect(await incidents()).toHaveLength(outages)
    const others = dueWithin(20_000)
      .filter((site) => !scripted.includes(site))
      .slice(0, 10)
    await script(others)
    await eventually(
      'those that are down are found by the others',
      async () => (await incidents()).length >= outages + others.length,
      30_000,
    )
    expect(
      (await incidents())
        .slice(outages)
        .map((one) => one.monitor_key)
        .sort(),
    ).toEqual(others.map((site) => site.monitorKey).sort())
  }, 120_000)
})
