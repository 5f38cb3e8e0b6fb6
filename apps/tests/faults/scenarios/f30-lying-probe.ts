import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@repo/db/database'
import { listOpenSystemIncidents } from '@repo/db/queries/system-incidents'
import { eventually } from '../../src/eventually.ts'
import type { SlotRecord } from '../../src/fault-ledger.ts'
import type { Rig } from '../../src/fault-rig.ts'
import type { Scenario } from '../../src/fault-run.ts'

/** A consumer looks at its canaries, tells of itself, and is looked at, every five seconds each. */
const foundWithinMs = 20_000

export const lyingProbe: Scenario = {
  id: 'F30',
  title: 'the probe of a region says 200 of everything',
  mustHold:
    'its own canaries find it out: its checks are unknown (CANARY_FAILED), and an incident of our own says so until it is over',
  rig: { regions: ['eu', 'us', 'ap'] },
  async harm({ rig, watch, began, ended, pass, scale, note }) {
    const directory = mkdtempSync(join(tmpdir(), 'betteruptime-lie-'))
    const lieWhile = join(directory, 'lie')
    writeFileSync(lieWhile, '')
    try {
      began()
      const fromMs = Date.now()
      replaceConsumers(rig, 'ap', lieWhile)
      const complaints = await untilIncident(rig, true)
      note(`found out after ${((Date.now() - fromMs) / 1_000).toFixed(1)} s`)
      await pass(6_000 * scale)
      const toMs = Date.now()
      rmSync(lieWhile)
      ended()
      complaints.push(...(await untilIncident(rig, false)))
      await pass(6_000 * scale)
      return [...complaints, ...whatWasSaid([...watch.records.values()], { fromMs, toMs })]
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  },
  twin: {
    // Whatever it makes of its own targets, the consumer believes itself.
    sabotages: [
      {
        file: 'apps/consumer/src/run-check.ts',
        find: '!(await trust.holds())',
        replace: 'false',
      },
    ],
    complaints: ['I9', 'own'],
  },
}

/** The consumers before had checks in their hands, and end in the first second. */
const handedOverMs = 1_000

function whatWasSaid(records: readonly SlotRecord[], { fromMs, toMs }: { fromMs: number; toMs: number }): string[] {
  const lied = records.filter(({ region, code, scheduledAtMs, startLagMs }) => {
    const startedAtMs = scheduledAtMs + startLagMs
    const isCarriedOut = code !== 'EXPIRED' && code !== 'LOST'
    return region === 'ap' && isCarriedOut && startedAtMs > fromMs + handedOverMs && startedAtMs < toMs
  })
  const others = lied.filter(({ code }) => code !== 'CANARY_FAILED')
  if (lied.length === 0) return ['no check began while the probe was lying']
  if (others.length === 0) return []
  const codes = [...new Set(others.map(({ code }) => code))].join(', ')
  return [`${others.length} of ${lied.length} checks of the lying probe say ${codes}`]
}

async function untilIncident(rig: Rig, isOpen: boolean): Promise<string[]> {
  await using database = openDatabase(rig.postgres.url, { connections: 1, onError: () => {} })
  const what = `the incident of its canaries is ${isOpen ? 'open' : 'over'}`
  const holds = async () => {
    const open = await listOpenSystemIncidents(database.sql)
    return open.some(({ kind, region }) => kind === 'canary_failed' && region === 'ap') === isOpen
  }
  // It ends when it has been gone for fifteen seconds.
  // Awaited here: the database closes when this function ends.
  return await eventually(what, holds, isOpen ? foundWithinMs : foundWithinMs + 15_000).then(
    () => [],
    (error: Error) => [error.message],
  )
}

function replaceConsumers(rig: Rig, region: string, lieWhile: string): void {
  for (const { program } of rig.alive('consumer', region)) program.kill('SIGTERM')
  const env = {
    BUN_OPTIONS: `--preload ${join(import.meta.dir, '..', 'lying-probe.ts')}`,
    LIE_WHILE: lieWhile,
  }
  for (let index = 0; index < 2; index += 1) rig.start('consumer', { region, env })
}
