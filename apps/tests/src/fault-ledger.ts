import type { DeliveryState } from '@repo/domain/delivery'
import { expiresAtMs, type Grid, nextSlotMs } from '@repo/domain/grid'
import type { OutcomeCode, OutcomeVerdict } from '@repo/domain/outcome'
import type { VerdictStatus } from '@repo/domain/verdict'
import type { HeardMessage } from './alert-receiver.ts'
import type { FarmRequest, Span, TruthKind } from './fault-farm.ts'

/** The account of one run: what should have been, what the database says, and what the targets saw. */
export interface Ledger {
  readonly monitors: readonly LedgerMonitor[]
  readonly regions: readonly string[]
  readonly intervalMs: number
  readonly flipMs: number
  /** Slots later than `fromMs` and not later than `toMs` are looked at. */
  readonly window: { readonly fromMs: number; readonly toMs: number }
  readonly fault: { readonly beganAtMs: number; readonly endedAtMs: number }
  readonly records: readonly SlotRecord[]
  readonly requests: readonly FarmRequest[]
  /** When the farm stood still: no target was healthy then. */
  readonly stalls: readonly Span[]
  readonly states: readonly LedgerState[]
  readonly samples: readonly Sample[]
  /** How many messages each stream set aside as impossible to handle. */
  readonly buried: Readonly<Record<string, number>>
  /** How long a slot may wait for its record, counted from its instant or from the end of the fault. */
  readonly accountWithinMs: number
  /** Where there was anybody to be told. */
  readonly alerts?: LedgerAlerts | undefined
}

/** What was to be told, what the database says became of it, and what the receiver heard. */
export interface LedgerAlerts {
  readonly channels: readonly { readonly name: string; readonly isLater: boolean }[]
  /** How many notifiers were killed. */
  readonly kills: number
  /** All that people are told of. */
  readonly incidents: readonly AlertedIncident[]
  readonly deliveries: readonly LedgerDelivery[]
  /** Events of which nobody has decided yet whom to tell. */
  readonly unplanned: number
  readonly heard: readonly HeardMessage[]
}

export interface AlertedIncident {
  readonly id: string
  readonly stormId: string | null
  readonly monitorKey: number
  /** When it was known to be over. */
  readonly closedAtMs: number | null
}

export interface LedgerDelivery {
  readonly key: string
  readonly channel: string
  readonly event: string
  readonly state: DeliveryState
}

export interface LedgerMonitor {
  readonly key: number
  /** Its number on the farm. */
  readonly target: number
  readonly kind: TruthKind
  readonly grid: Grid
}

/** A row of `tick`, and when the harness first saw it. */
export interface SlotRecord {
  readonly monitorKey: number
  readonly region: string
  readonly scheduledAtMs: number
  readonly verdict: OutcomeVerdict
  readonly code: OutcomeCode
  readonly startLagMs: number
  readonly seenAtMs: number
}

/** What the instance says of a monitor at the end. */
export interface LedgerState {
  readonly monitorKey: number
  readonly status: VerdictStatus
  readonly views: readonly LedgerView[]
  /** What it said before, and from when until when: oldest first, the last one open. */
  readonly intervals: readonly StateInterval[]
  /** Every status that the harness saw while it watched. */
  readonly statuses: readonly VerdictStatus[]
}

export interface LedgerView {
  readonly region: string
  /** What the newest look said. */
  readonly verdict: OutcomeVerdict
  readonly vote: OutcomeVerdict
  readonly blind: boolean
}

export interface StateInterval {
  readonly status: string
  readonly beganAtMs: number
  readonly endedAtMs: number | null
}

export interface Sample {
  readonly atMs: number
  readonly rssMb: Readonly<Record<string, number>>
  readonly streams: Readonly<Record<string, number>>
}

export interface ExpectedSlot {
  readonly monitor: LedgerMonitor
  readonly region: string
  readonly scheduledAtMs: number
  readonly expiresAtMs: number
}

export function expectedSlots({ monitors, regions, intervalMs, window }: Ledger): ExpectedSlot[] {
  const slots: ExpectedSlot[] = []
  for (const monitor of monitors) {
    for (let atMs = nextSlotMs(monitor.grid, window.fromMs); atMs <= window.toMs; atMs += intervalMs) {
      for (const region of regions) {
        slots.push({ monitor, region, scheduledAtMs: atMs, expiresAtMs: expiresAtMs(atMs, intervalMs) })
      }
    }
  }
  return slots
}

export function slotKey(slot: { monitorKey: number; region: string; scheduledAtMs: number }): string {
  return `${slot.monitorKey}/${slot.region}/${slot.scheduledAtMs}`
}

export function keyOfExpected({ monitor, region, scheduledAtMs }: ExpectedSlot): string {
  return slotKey({ monitorKey: monitor.key, region, scheduledAtMs })
}

/** Whether the check of this slot was carried out, as opposed to recorded as not carried out. */
export function isCarriedOut({ code }: SlotRecord): boolean {
  return code !== 'EXPIRED' && code !== 'LOST' && code !== 'PROBE_ERROR' && code !== 'SELF_OFFLINE'
}

export function recordsBySlot({ records }: Ledger): Map<string, SlotRecord> {
  return new Map(records.map((record) => [slotKey(record), record]))
}

/** Whether the farm stood still during some of a span. */
export function stoodStill({ stalls }: Pick<Ledger, 'stalls'>, { fromMs, toMs }: Span): boolean {
  return stalls.some((stall) => stall.fromMs <= toMs && stall.toMs >= fromMs)
}
