import { createBitReader, createBitWriter, readRice, riceBits, writeRice } from './bit-stream.ts'

/** A tick as it is stored, in the units of its columns. `instant` is milliseconds since the day began. */
export interface DayTick {
  readonly instant: number
  readonly verdict: number
  readonly code: number
  readonly status: number | null
  readonly startLagMs: number
  readonly redirects: number
  readonly totalUs: number
  readonly dnsUs: number | null
  readonly connectUs: number | null
  readonly tlsUs: number | null
  readonly firstByteUs: number | null
  readonly transferUs: number | null
  readonly certificateExpiresMinute: number | null
  readonly address: string | null
  readonly message: string
}

/** One monitor, region and day: a column after the other, and beside them the ticks that are not as the others. */
export interface PackedDay {
  readonly ticks: Uint8Array
  /** What plain ticks have in common, and every tick that is not plain, as it is. */
  readonly beside: string
}

interface Beside {
  readonly intervalMs: number
  readonly phaseMs: number
  /** Before which plain ticks slots are left out, and how many. */
  readonly gaps: readonly (readonly [before: number, count: number])[]
  readonly usuals: readonly Usual[]
  /** Each as the values of its fields, in the order of `fields`. */
  readonly exceptions: readonly unknown[][]
}

/** Plain ticks are of one of these kinds: a certificate was renewed, a name has several addresses. */
type Usual = readonly [
  status: number | null,
  redirects: number,
  certificate: number | null,
  address: string | null,
  tls: boolean,
]

const usualsKept = 16
const measured = ['startLagMs', 'dnsUs', 'connectUs', 'tlsUs', 'firstByteUs', 'transferUs'] as const
const fields = [
  'instant',
  'verdict',
  'code',
  'status',
  'redirects',
  'totalUs',
  ...measured,
  'certificateExpiresMinute',
  'address',
  'message',
] as const

export function packDay(ticks: readonly DayTick[], intervalMs: number): PackedDay {
  const phaseMs = (ticks[0]?.instant ?? 0) % intervalMs
  const kinds = new Map<string, number>()
  const plain: DayTick[] = []
  const kindOf: number[] = []
  const exceptions: unknown[][] = []
  for (const tick of ticks) {
    const kind = isPlain(tick) && (tick.instant - phaseMs) % intervalMs === 0 ? kindIn(kinds, tick) : undefined
    if (kind === undefined) exceptions.push(fields.map((field) => tick[field]))
    else {
      plain.push(tick)
      kindOf.push(kind)
    }
  }
  const usuals = [...kinds.keys()].map((text): Usual => JSON.parse(text))
  const slots = plain.map((tick) => (tick.instant - phaseMs) / intervalMs)
  const columns = [kindOf]
  for (const name of measured) columns.push(plain.map((tick) => tick[name] ?? 0))
  // What the phases leave of the total is next to nothing.
  columns.push(plain.map((tick) => tick.totalUs - phasesOf(tick)))
  const writer = createBitWriter()
  writer.write(plain.length, 32)
  for (const column of columns) writeColumn(writer, column)
  return {
    ticks: writer.finish(),
    beside: JSON.stringify({ intervalMs, phaseMs, gaps: gapsOf(slots), usuals, exceptions } satisfies Beside),
  }
}

export function unpackDay(packed: PackedDay): DayTick[] {
  const { intervalMs, phaseMs, gaps, usuals, exceptions }: Beside = JSON.parse(packed.beside)
  const reader = createBitReader(packed.ticks)
  const count = reader.read(32)
  const column = () => readColumn(reader, count)
  const kinds = column()
  const gapBefore = new Map(gaps)
  const [lags, dns, connect, tls, firstByte, transfer, rest] = [
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
  ]
  const ticks: DayTick[] = []
  for (let index = 0, slot = -1; index < count; index += 1) {
    slot += (gapBefore.get(index) ?? 0) + 1
    const [status = null, redirects = 0, certificateExpiresMinute = null, address = null, hasTls = false] =
      usuals[kinds[index] ?? 0] ?? []
    const phases = {
      dnsUs: dns[index] ?? 0,
      connectUs: connect[index] ?? 0,
      tlsUs: hasTls ? (tls[index] ?? 0) : null,
      firstByteUs: firstByte[index] ?? 0,
      transferUs: transfer[index] ?? 0,
    }
    const totalUs = (rest[index] ?? 0) + phasesOf(phases)
    const same = { verdict: 0, code: 0, status, redirects, certificateExpiresMinute, address, message: '' }
    ticks.push({ instant: slot * intervalMs + phaseMs, startLagMs: lags[index] ?? 0, totalUs, ...phases, ...same })
  }
  const others = exceptions.map(
    (values) => Object.fromEntries(fields.map((field, index) => [field, values[index]])) as unknown as DayTick,
  )
  return others.length === 0 ? ticks : [...ticks, ...others].sort((a, b) => a.instant - b.instant)
}

/** Slots without a plain tick, each before the tick of that place. */
function gapsOf(slots: readonly number[]): [number, number][] {
  return slots.flatMap((slot, index): [number, number][] => {
    const missing = slot - 1 - (slots[index - 1] ?? -1)
    return missing === 0 ? [] : [[index, missing]]
  })
}

/** The number of its kind; undefined where there are too many. */
function kindIn(kinds: Map<string, number>, tick: DayTick): number | undefined {
  const { status, redirects, certificateExpiresMinute, address, tlsUs } = tick
  const kind = JSON.stringify([status, redirects, certificateExpiresMinute, address, tlsUs !== null] satisfies Usual)
  const known = kinds.get(kind)
  if (known !== undefined || kinds.size === usualsKept) return known
  kinds.set(kind, kinds.size)
  return kinds.size - 1
}

function isPlain(tick: DayTick): boolean {
  const { dnsUs, connectUs, firstByteUs, transferUs } = tick
  if (tick.verdict !== 0 || tick.code !== 0 || tick.message !== '') return false
  if (dnsUs === null || connectUs === null || firstByteUs === null || transferUs === null) return false
  return tick.totalUs >= phasesOf(tick)
}

/** In the place of a divisor: every value is the least one. */
const CONSTANT = 255

function writeColumn(writer: ReturnType<typeof createBitWriter>, values: readonly number[]): void {
  const least = values.reduce((found, value) => Math.min(found, value), values[0] ?? 0)
  const isConstant = values.every((value) => value === least)
  const bits = isConstant ? CONSTANT : riceBits(values.map((value) => value - least))
  writer.write(least, 32)
  writer.write(bits, 8)
  if (isConstant) return
  for (const value of values) writeRice(writer, value - least, bits)
}

function readColumn(reader: ReturnType<typeof createBitReader>, count: number): number[] {
  const least = reader.read(32)
  const bits = reader.read(8)
  return Array.from({ length: count }, () => (bits === CONSTANT ? least : least + readRice(reader, bits)))
}

type PhasesUs = Pick<DayTick, 'dnsUs' | 'connectUs' | 'tlsUs' | 'firstByteUs' | 'transferUs'>

function phasesOf({ dnsUs, connectUs, tlsUs, firstByteUs, transferUs }: PhasesUs): number {
  return (dnsUs ?? 0) + (connectUs ?? 0) + (tlsUs ?? 0) + (firstByteUs ?? 0) + (transferUs ?? 0)
}
