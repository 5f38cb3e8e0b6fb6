import type { LiveEvent } from '@repo/contracts/live'
import { toTickJson } from '@repo/contracts/ticks'
import { parseRegion } from '@repo/domain/region'
import { machineMs } from './live-watchers.ts'

/** A tick as the dbpusher tells of it; its sentence says when it was told. */
export function makeTickEvent(): LiveEvent {
  const nowMs = Date.now()
  const tick = toTickJson({
    region: parseRegion('eu-1'),
    scheduledAtMs: nowMs,
    startedAtMs: nowMs,
    outcome: {
      verdict: 'up',
      code: 'OK',
      message: `${machineMs().toFixed(3)} was the time`,
      status: 200,
      address: '192.0.2.80',
      redirects: 0,
      certificateExpiresAtMs: nowMs + 30 * 86_400_000,
      phases: { dns: 1_200, connect: 9_800, tls: 21_400, firstByte: 48_000, transfer: 900, total: 81_300 },
    },
  })
  return { type: 'tick', monitorId: '019b1a5c-8a4e-7b1c-9d43-1f2e3d4c5b6a', tick }
}

const MARK = '"message":"'

/** When the event of a frame was told of; undefined for a frame that tells of none. */
export function toldAtMs(frame: string): number | undefined {
  const at = frame.indexOf(MARK)
  return at === -1 ? undefined : Number.parseFloat(frame.slice(at + MARK.length, at + MARK.length + 20))
}
