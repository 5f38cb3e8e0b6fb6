import { parseUserId, parseWorkspaceId, type UserId, type WorkspaceId } from '@repo/domain/ids'

/** As many as the live socket allows. */
const perWorkspace = 1_000
const perPerson = 50

/** Who watches, the same in every process: the token of a watcher is its number. */
export interface BenchWatcher {
  readonly userId: UserId
  readonly workspaceId: WorkspaceId
}

export function watcherOf(number: number): BenchWatcher {
  return {
    userId: parseUserId(uuidOf(1, Math.floor(number / perPerson))),
    workspaceId: workspaceOf(Math.floor(number / perWorkspace)),
  }
}

export function workspacesOf(watchers: number): WorkspaceId[] {
  return Array.from({ length: Math.ceil(watchers / perWorkspace) }, (_, index) => workspaceOf(index))
}

function workspaceOf(index: number): WorkspaceId {
  return parseWorkspaceId(uuidOf(2, index))
}

function uuidOf(kind: number, number: number): string {
  return `0000000${kind}-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

/** Milliseconds by a clock that all processes of the machine share, with fractions. */
export function machineMs(): number {
  return performance.timeOrigin + performance.now()
}
