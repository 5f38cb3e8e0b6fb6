import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedPostgres } from '@repo/db/embedded'
import pg from 'pg'
import { type DayTick, type PackedDay, packDay, unpackDay } from '../packed-day.ts'
import { type Row, roundedTo, type Trial } from '../run.ts'
import { seedDay } from '../seed-day.ts'

const intervalMs = 60_000
const monitorsPerSecondAsked = 100

/** A prototype: what closed days would take when a monitor's day is one row. See docs/adr/0017-packed-days.md. */
export const packedBench: Trial = {
  name: 'packed',
  summary: 'closed days packed into one row a monitor and region: bytes a tick, speed of packing and of reading',
  async run(seconds, progress) {
    const days = Array.from({ length: Math.ceil(seconds * monitorsPerSecondAsked) }, (_, monitor) =>
      seedDay(monitor, intervalMs),
    )
    const count = days.reduce((sum, ticks) => sum + ticks.length, 0)
    // Once around, for the compiler.
    for (const ticks of days.slice(0, 50)) unpackDay(packDay(ticks, intervalMs))
    const packing = timed(() => days.map((ticks) => packDay(ticks, intervalMs)))
    const unpacking = timed(() => packing.answer.map(unpackDay))
    if (!Bun.deepEquals(unpacking.answer, days)) throw new Error('what was unpacked is not what was packed')
    progress(`${count} ticks packed and unpacked`)
    const stored = await storedBytes(packing.answer)
    const bytes = (of: (day: PackedDay) => number) =>
      roundedTo(packing.answer.reduce((sum, day) => sum + of(day), 0) / count, 2)
    const figures = {
      ticks: count,
      packedBytesPerTick: bytes((day) => day.ticks.length),
      besideBytesPerTick: bytes((day) => day.beside.length),
      storedBytesPerTick: roundedTo(stored / count, 2),
      unpackOneDayMs: roundedTo(unpacking.elapsedMs / days.length, 3),
      exceptionsPerThousand: roundedTo((1_000 * exceptionsOf(days)) / count, 1),
    }
    return [toRow('pack', count, packing), { ...toRow('unpack', count, unpacking), figures }]
  },
}

function exceptionsOf(days: readonly (readonly DayTick[])[]): number {
  return days.flat().filter((tick) => tick.verdict !== 0).length
}

interface Timed<Answer> {
  readonly answer: Answer
  readonly elapsedMs: number
  readonly cpuMicros: number
}

function timed<Answer>(work: () => Answer): Timed<Answer> {
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const answer = work()
  const cpu = process.cpuUsage(cpuBefore)
  return { answer, elapsedMs: performance.now() - startedAt, cpuMicros: cpu.user + cpu.system }
}

function toRow(name: string, count: number, { elapsedMs, cpuMicros }: Timed<unknown>): Row {
  return {
    name,
    perSecond: Math.round((1_000 * count) / elapsedMs),
    cpuMicrosPerOp: roundedTo(cpuMicros / count, 2),
    rounds: 1,
  }
}

/** What the days take in a table, with its index and what is stored out of line. */
async function storedBytes(days: readonly PackedDay[]): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'betteruptime-bench-'))
  const server = await openEmbeddedPostgres({
    dataDirectory: directory,
    password: crypto.randomUUID(),
    onProgress: () => {},
  })
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  try {
    await client.query(`
      create table tick_day (day date, monitor_key integer, region_key smallint, ticks bytea not null, beside text not null, primary key (monitor_key, region_key, day))`)
    // They are as dense as they get.
    await client.query('alter table tick_day alter ticks set storage external')
    for (const [monitor, { ticks, beside }] of days.entries()) {
      await client.query(`insert into tick_day values ('2026-06-01', $1, 1, $2, $3)`, [
        monitor,
        Buffer.from(ticks),
        beside,
      ])
    }
    const { rows } = await client.query<{ bytes: number }>(`select pg_total_relation_size('tick_day')::float8 as bytes`)
    return rows[0]?.bytes ?? 0
  } finally {
    await client.end()
    await server[Symbol.asyncDispose]()
    rmSync(directory, { recursive: true, force: true })
  }
}
