'use client'
import { useSyncExternalStore } from 'react'

/** One timer for all texts that tell a time in relation to now. It rests while nobody looks. */
const listeners = new Set<() => void>()
let secondMs = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  if (document.hidden) return
  secondMs = Date.now()
  for (const listener of listeners) listener()
}

export function useNowMs(): number {
  return useSyncExternalStore(
    subscribe,
    () => secondMs,
    () => secondMs,
  )
}
