import { checkSpecSchema } from '@repo/contracts/check-spec'
import type { Heartbeat, PingJson } from '@repo/contracts/heartbeats'
import type { Monitor } from '@repo/contracts/monitors'
import type { Sql } from '@repo/db/database'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { addMonitor } from '@repo/db/testing/populate'
import type { CheckResult } from '@repo/domain/check'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Keyring } from '@repo/secrets/keyring'
import { watchingOf } from '../src/heartbeats/watching.ts'
import { type ApiInstance, openApi } from './instance.ts'

/** A row of one whose address can be shown. */
export async function addHeartbeat(sql: Sql, workspaceId: WorkspaceId, keyring: Keyring): Promise<StoredMonitor> {
  const { regions, ...watching } = watchingOf({ keyring }, checkSpecSchema.parse(everyHour), {
    workspaceId,
    intervalMs: 0,
    regions: [],
  })
  return addMonitor(sql, workspaceId, { spec: checkSpecSchema.parse(everyHour), regions, ...watching })
}

/** A job that tells of itself, as its person sees it. */
export interface WatchedJob {
  readonly token: string
  readonly monitor: Monitor
  /** The path of its address. */
  readonly path: string
  read(): Promise<Heartbeat>
  pings(): Promise<PingJson[]>
}

export const everyHour = { kind: 'heartbeat', schedule: { kind: 'period', seconds: 3_600 } } as const

export async function addJob(api: ApiInstance, spec: object = {}): Promise<WatchedJob> {
  const { token } = await api.addPerson()
  const answer = await api.ask('/api/v1/monitors', { token, body: { spec: { ...everyHour, ...spec } } })
  if (answer.status !== 201) throw new Error(await answer.text())
  const monitor = (await answer.json()) as Monitor
  const read = async <Read>(path: string) => (await (await api.ask(path, { token })).json()) as Read
  const base = `/api/v1/monitors/${monitor.id}/heartbeat`
  const heartbeat = await read<Heartbeat>(base)
  return {
    token,
    monitor,
    path: new URL(heartbeat.urls?.ping ?? '').pathname,
    read: () => read<Heartbeat>(base),
    pings: async () => (await read<{ items: PingJson[] }>(`${base}/pings`)).items,
  }
}

export interface HeardApi extends ApiInstance {
  /** What was sent to be stored as ticks. */
  readonly results: CheckResult[]
}

/** An API whose results are remembered. */
export async function openHeardApi(): Promise<HeardApi> {
  const results: CheckResult[] = []
  const api = await openApi({}, async (batch) => {
    results.push(...batch)
  })
  return { ...api, results }
}
