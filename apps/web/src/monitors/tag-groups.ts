import type { Monitor } from '@repo/contracts/monitors'
import type { Status } from '@repo/domain/status'
import { statusRank } from './monitor-order.ts'
import type { KeyedRow } from './row-keys.ts'

/** Monitors of one tag; of none where the tag is empty. */
export interface TagGroup {
  readonly tag: string
  readonly monitors: readonly Monitor[]
  readonly worst: Status
  /** How many have the worst status. */
  readonly worstCount: number
}

/** A monitor of several tags stands under each of them. By the tags' names, and last those without any. */
export function groupByTag(monitors: readonly Monitor[]): TagGroup[] {
  const byTag = new Map<string, Monitor[]>()
  for (const monitor of monitors) {
    for (const tag of monitor.tags.length > 0 ? monitor.tags : ['']) {
      const members = byTag.get(tag)
      if (members) members.push(monitor)
      else byTag.set(tag, [monitor])
    }
  }
  return [...byTag].map(([tag, members]) => ({ tag, monitors: members, ...worstOf(members) })).sort(byName)
}

function byName({ tag: a }: TagGroup, { tag: b }: TagGroup): number {
  if (a === '' || b === '') return a === '' ? 1 : -1
  return a.localeCompare(b)
}

function worstOf(monitors: readonly Monitor[]): { worst: Status; worstCount: number } {
  let worst: Status = 'paused'
  let worstCount = 0
  for (const { status } of monitors) {
    if (status === worst) worstCount += 1
    else if (statusRank(status) < statusRank(worst)) {
      worst = status
      worstCount = 1
    }
  }
  return { worst, worstCount }
}

/** What stands in the list, from its top: heads of groups, and the rows of those that are not folded. */
export type GroupedLine =
  | { readonly kind: 'head'; readonly key: string; readonly group: TagGroup }
  | ({ readonly kind: 'row' } & KeyedRow)

export function linesOf(groups: readonly TagGroup[], folded: ReadonlySet<string>): GroupedLine[] {
  return groups.flatMap((group): GroupedLine[] => {
    const head = { kind: 'head', key: `#${group.tag}`, group } as const
    if (folded.has(group.tag)) return [head]
    const rows = group.monitors.map((monitor) => ({
      kind: 'row' as const,
      key: `${group.tag}#${monitor.id}`,
      monitor,
    }))
    return [head, ...rows]
  })
}
