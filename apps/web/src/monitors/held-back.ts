import { createObservable } from '../observable.ts'

/** Monitors that are as good as deleted: not shown any more, while it can still be taken back. */
export const heldBack = createObservable<ReadonlySet<string>>(new Set())

export function holdBack(ids: Iterable<string>): void {
  heldBack.set(new Set([...heldBack.get(), ...ids]))
}

export function giveBack(ids: ReadonlySet<string>): void {
  heldBack.set(new Set([...heldBack.get()].filter((id) => !ids.has(id))))
}
