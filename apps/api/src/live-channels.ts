import type { LiveEvent } from '@repo/contracts/live'
import type { WorkspaceId } from '@repo/domain/ids'
import type { LiveLimits } from './live-limits.ts'
import { LiveRing } from './live-ring.ts'

interface Channel {
  ring: LiveRing
  watchers: number
  /** When the last watcher left; of no meaning while there are some. */
  leftAtMs: number
}

type ChannelLimits = Pick<LiveLimits, 'ringMs' | 'ringBytes' | 'ringsBytes'>

/**
 * The workspaces that somebody watches, or watched just now, each with its ring. A workspace keeps its ring, and is told of,
 * for as long as somebody may come back: what nobody had told us could not be made up for.
 */
export class LiveChannels {
  readonly #limits: ChannelLimits
  readonly #channels = new Map<string, Channel>()
  #bytes = 0

  constructor(limits: ChannelLimits) {
    this.#limits = limits
  }

  get workspaceIds(): WorkspaceId[] {
    // Only `join` adds some, which knows that they are ids.
    return [...this.#channels.keys()] as WorkspaceId[]
  }

  /** What all rings together hold. */
  get bytes(): number {
    return this.#bytes
  }

  /** Where the ring of a workspace is; undefined where it has none, so that nobody is told of it. */
  positionOf(workspaceId: string): string | undefined {
    return this.#channels.get(workspaceId)?.ring.lastId
  }

  /** @returns the ring, and whether the workspace was not known before. */
  join(workspaceId: WorkspaceId): { ring: LiveRing; isNew: boolean } {
    const known = this.#channels.get(workspaceId)
    const channel = known ?? { ring: new LiveRing(this.#limits), watchers: 0, leftAtMs: 0 }
    if (!known) this.#channels.set(workspaceId, channel)
    channel.watchers += 1
    return { ring: channel.ring, isNew: !known }
  }

  leave(workspaceId: WorkspaceId, nowMs: number): void {
    const channel = this.#channels.get(workspaceId)
    if (!channel) return
    channel.watchers -= 1
    channel.leftAtMs = nowMs
  }

  /** @returns the frame, or undefined where nobody will ever ask for it. */
  push(workspaceId: string, event: LiveEvent, nowMs: number): string | undefined {
    const ring = this.#channels.get(workspaceId)?.ring
    if (!ring) return undefined
    const before = ring.bytes
    const text = ring.push(event, nowMs)
    this.#bytes += ring.bytes - before
    while (this.#bytes > this.#limits.ringsBytes && ring.bytes > 0) this.#shrink(ring)
    return text
  }

  /** Begins all rings anew, since nobody can be told what we ourselves were not told: each workspace, and where it begins. */
  restart(): [workspaceId: string, lastId: string][] {
    for (const channel of this.#channels.values()) channel.ring = new LiveRing(this.#limits)
    this.#bytes = 0
    return [...this.#channels].map(([workspaceId, { ring }]) => [workspaceId, ring.lastId])
  }

  /** Forgets what nobody can come back for any more. */
  sweep(nowMs: number): void {
    let bytes = 0
    for (const [workspaceId, { ring, watchers, leftAtMs }] of this.#channels) {
      if (watchers === 0 && leftAtMs <= nowMs - this.#limits.ringMs) this.#channels.delete(workspaceId)
      else {
        ring.dropOld(nowMs)
        bytes += ring.bytes
      }
    }
    this.#bytes = bytes
  }

  #shrink(ring: LiveRing): void {
    const before = ring.bytes
    ring.dropOldest()
    this.#bytes += ring.bytes - before
  }
}
