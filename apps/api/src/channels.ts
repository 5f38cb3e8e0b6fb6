import { type ChannelJson, secretMark } from '@repo/contracts/alert-channels'
import { channelContext } from '@repo/contracts/alerts'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { findChannel, type StoredChannel } from '@repo/db/queries/channels'
import { deliveryLimits } from '@repo/domain/delivery'
import type { ChannelId, WorkspaceId } from '@repo/domain/ids'
import { type Alert, noLinks } from '@repo/notifiers/alert'
import type { Delivery } from '@repo/notifiers/channel'
import { z } from 'zod'
import type { ChannelKind } from './channel-kinds.ts'
import type { ApiDeps } from './deps.ts'
import { AppError, type FieldError, invalid } from './problems.ts'

type Settings = Readonly<Record<string, unknown>>

export interface OwnedChannel {
  readonly workspaceId: WorkspaceId
  readonly id: ChannelId
}

/** @throws AppError `not_found` where the workspace has no such channel. */
export async function getChannel(sql: Sql, owned: OwnedChannel): Promise<StoredChannel> {
  const channel = await findChannel(sql, owned)
  if (!channel) throw new AppError('not_found')
  return channel
}

/** @throws AppError `invalid_body` where this instance knows no such kind. */
export function getKind({ channelKinds }: Pick<ApiDeps, 'channelKinds'>, kind: string): ChannelKind {
  const known = channelKinds.get(kind)
  if (known) return known
  const names = [...channelKinds.keys()].toSorted().join(', ')
  throw refusal([{ field: 'kind', message: names === '' ? 'no kind of channel is known here' : `is none of ${names}` }])
}

/**
 * Settings as they are stored: checked, and sealed for this very channel. Where a secret is only marked, the one that was there stays,
 * provided that messages go where they went: whoever may change a channel could otherwise have its secrets sent to a place of their own.
 *
 * @throws AppError `invalid_body` naming each field that is wrong.
 */
export function sealSettings(
  deps: Pick<ApiDeps, 'channelKinds' | 'egress' | 'keyring'>,
  { workspaceId, id }: OwnedChannel,
  { kind, given, stored }: { kind: string; given: Settings; stored?: Settings | undefined },
): string {
  const known = getKind(deps, kind)
  if (known.unusable !== undefined)
    throw refusal([{ field: 'kind', message: `${kind} cannot be used: ${known.unusable}` }])
  if (deps.keyring.newestId === undefined)
    throw refusal([
      { field: 'settings', message: 'cannot be kept: this instance has no INSTANCE_KEYS to encrypt them with' },
    ])
  const parsed = z.object({ settings: known.schema }).safeParse({ settings: keepSecrets(known, given, stored) })
  if (!parsed.success) throw invalid('invalid_body', parsed.error)
  const { settings } = parsed.data
  const errors = forbiddenIn(known, settings, deps)
  if (errors.length > 0) throw refusal(errors)
  return deps.keyring.seal(JSON.stringify(settings), channelContext(workspaceId, id))
}

function keepSecrets({ secrets, addresses }: ChannelKind, given: Settings, stored: Settings | undefined): Settings {
  const isKept = (name: string) => secrets.includes(name) && secretMark.safeParse(given[name]).success
  // An address may be secret itself: it is another as soon as it is given anew.
  const goesElsewhere = addresses.some((name) => !isKept(name) && given[name] !== stored?.[name])
  const errors: FieldError[] = []
  const whole = Object.entries(given).map(([name, value]) => {
    if (!isKept(name)) return [name, value]
    const message = stored?.[name] === undefined ? nothingStored : goesElsewhere ? elsewhere : undefined
    if (message !== undefined) errors.push({ field: `settings.${name}`, message })
    return [name, stored?.[name]]
  })
  if (errors.length > 0) throw refusal(errors)
  return Object.fromEntries(whole)
}

const nothingStored = 'cannot be kept, for nothing is stored here: give it anew'
const elsewhere = 'is kept only where messages go to the same place: give it anew'

function forbiddenIn(
  { addresses }: ChannelKind,
  settings: Settings,
  { egress }: Pick<ApiDeps, 'egress'>,
): FieldError[] {
  return addresses.flatMap((name) => {
    const value = settings[name]
    if (value === undefined || value === null) return []
    const url = URL.parse(String(value))
    const refused = url ? egress.judgeUrl(url) : { reason: 'what is not an address' }
    return refused ? [{ field: `settings.${name}`, message: `leads to ${refused.reason}` }] : []
  })
}

function refusal(errors: readonly FieldError[]): AppError {
  const [first] = errors
  return new AppError('invalid_body', first && `${first.field}: ${first.message}`, { errors })
}

/** Undefined where they cannot be opened: the key is another one, or they were spoilt. */
export function openSettings(
  { keyring, log }: Pick<ApiDeps, 'keyring' | 'log'>,
  { workspaceId, id, settings }: StoredChannel,
): Settings | undefined {
  try {
    return JSON.parse(keyring.open(settings, channelContext(workspaceId, id))) as Settings
  } catch (error) {
    log.error({ reason: (error as Error).name, channelId: id }, 'the settings of a channel cannot be opened')
    return undefined
  }
}

export function toChannelJson(
  deps: Pick<ApiDeps, 'channelKinds' | 'keyring' | 'log'>,
  channel: StoredChannel,
): ChannelJson {
  const { id, name, kind, userId, failures, version } = channel
  const known = deps.channelKinds.get(kind)
  const settings = known && openSettings(deps, channel)
  return {
    ...{ id, name, kind, userId, failures, version },
    settings: known && settings ? masked(known, settings) : null,
    paused: channel.pausedAtMs !== null,
    failingSince: isoTimeOrNull(channel.failingSinceMs),
    lastAcceptedAt: isoTimeOrNull(channel.lastAcceptedAtMs),
    createdAt: isoTime(channel.createdAtMs),
    updatedAt: isoTime(channel.updatedAtMs),
  }
}

function masked({ secrets }: ChannelKind, settings: Settings): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, secrets.includes(name) ? { set: true } : value]),
  )
}

/** A channel as the audit log keeps it: that settings are others than before, and nothing of them. */
export function auditedChannel({ name, kind, userId, pausedAtMs, settings }: StoredChannel): Record<string, unknown> {
  const digest = new Bun.CryptoHasher('sha256').update(settings).digest('hex').slice(0, 12)
  return { name, kind, userId, paused: pausedAtMs !== null, settings: `sealed ${digest}` }
}

/** Tells a channel that this is a test. @throws AppError `invalid_body` where its settings cannot be read. */
export async function testChannel(
  deps: Pick<ApiDeps, 'channelKinds' | 'keyring' | 'log' | 'publicUrl'>,
  channel: StoredChannel,
  { workspaceName, nowMs }: { workspaceName: string; nowMs: number },
): Promise<Delivery> {
  const kind = getKind(deps, channel.kind)
  const settings = openSettings(deps, channel)
  if (!settings) throw refusal([{ field: 'settings', message: 'cannot be opened: give them anew' }])
  const signal = AbortSignal.timeout(deliveryLimits.attemptMs)
  return kind.deliver(testAlert({ workspaceName, nowMs, publicUrl: deps.publicUrl }), settings, { signal, nowMs })
}

function testAlert({
  workspaceName,
  nowMs,
  publicUrl,
}: {
  workspaceName: string
  nowMs: number
  publicUrl: string | undefined
}): Alert {
  const key = `test-${crypto.randomUUID()}`
  return {
    ...{ event: 'test', workspaceName, subject: null, sinceMs: nowMs, durationMs: null, cause: null, regions: null },
    ...{ evidence: null, tickLine: null, storm: null, policyName: null, dedupKey: key, deliveryKey: key },
    links: { ...noLinks, open: publicUrl ?? null },
  }
}
