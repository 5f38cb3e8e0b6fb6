import type { CheckSpec } from '@repo/contracts/check-spec'
import type { ChangeMonitor } from '@repo/contracts/monitors'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import type { ShownSpec } from '@repo/contracts/spec-secrets'
import { isPinged, watchedBy } from '@repo/contracts/watched-by'
import type { HeartbeatToken } from '@repo/db/queries/heartbeats'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { usualIntervalMs } from '@repo/domain/heartbeat'
import type { WorkspaceId } from '@repo/domain/ids'
import { defaultPolicy, type VerdictPolicy } from '@repo/domain/policy'
import { pingRegion, type Region } from '@repo/domain/region'
import { makeToken } from '../access/link-tokens.ts'
import type { ApiDeps } from '../deps.ts'
import { fieldError } from '../field-error.ts'

export interface Watching {
  readonly intervalMs: number
  readonly regions: readonly Region[]
  readonly heartbeat?: HeartbeatToken
  readonly policy?: VerdictPolicy
}

/** A job says itself how it is, and nobody else can be asked: one word of it is enough. */
const oneWord: VerdictPolicy = { ...defaultPolicy, failures: 1, recoveries: 1 }

/**
 * From where and how often a new monitor is watched: as it was asked for, or, where it tells of itself, as its schedule says.
 *
 * @throws AppError `invalid_body`.
 */
export function watchingOf(
  deps: Pick<ApiDeps, 'keyring'>,
  spec: CheckSpec,
  asked: { workspaceId: WorkspaceId; intervalMs: number; regions: readonly Region[] },
): Watching {
  const { workspaceId, intervalMs, regions } = asked
  if (isPinged(spec))
    return {
      intervalMs: usualIntervalMs(spec.schedule),
      regions: [pingRegion],
      heartbeat: makeHeartbeatToken(deps, workspaceId),
      policy: oneWord,
    }
  refusePingRegion(regions)
  return { intervalMs, regions }
}

/** @throws AppError `invalid_body` where nothing can be sealed. */
export function makeHeartbeatToken({ keyring }: Pick<ApiDeps, 'keyring'>, workspaceId: WorkspaceId): HeartbeatToken {
  if (keyring.newestId === undefined)
    throw fieldError('spec.kind', 'its address cannot be kept: this instance has no INSTANCE_KEYS to encrypt it with')
  const { token, hash } = makeToken()
  return { tokenHash: hash, token: keyring.seal(token, heartbeatContext(workspaceId)) }
}

/** What the sealed token is bound to: in another workspace it does not open. */
export function heartbeatContext(workspaceId: WorkspaceId): string {
  return `heartbeat ${workspaceId} token`
}

export interface ChangedWatching {
  readonly intervalSeconds?: number | undefined
  readonly regions?: readonly string[] | undefined
  /** How much later the change applies, where it is not as usual: nobody has checks of a heartbeat on their way. */
  readonly afterMs?: number
}

/** The same of a change. @throws AppError `invalid_body` where it would turn what is probed into what is not, or back. */
export function changedWatching(
  before: Pick<StoredMonitor, 'spec'>,
  {
    spec,
    intervalSeconds,
    regions,
  }: { spec?: ShownSpec | undefined } & Pick<ChangeMonitor, 'intervalSeconds' | 'regions'>,
): ChangedWatching {
  const stored = storedSpecSchema.safeParse(before.spec)
  if (spec && stored.success && watchedBy[spec.kind] !== watchedBy[stored.data.kind])
    throw fieldError('spec.kind', `stays ${stored.data.kind}: what is asked and what tells of itself are two monitors`)
  if (stored.success && isPinged(stored.data)) {
    const changed = spec as CheckSpec | undefined
    return {
      afterMs: 0,
      ...(changed && isPinged(changed) && { intervalSeconds: usualIntervalMs(changed.schedule) / 1_000 }),
    }
  }
  refusePingRegion(regions ?? [])
  return { intervalSeconds, regions }
}

function refusePingRegion(regions: readonly string[]): void {
  if (regions.includes(pingRegion))
    throw fieldError('regions', `"${pingRegion}" is no place: nothing can be checked from there`)
}
