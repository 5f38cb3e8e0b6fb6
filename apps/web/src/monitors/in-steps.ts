import type { Range } from '@tanstack/react-virtual'

const STEP_ROWS = 8

/** Rows come and go some at a time: what a change costs beside the rows themselves is the larger part while scrolling. */
export function inSteps({ startIndex, endIndex, count }: Range): number[] {
  const first = Math.max(0, Math.floor((startIndex - STEP_ROWS / 2) / STEP_ROWS) * STEP_ROWS)
  const end = Math.min(count, Math.ceil((endIndex + STEP_ROWS / 2) / STEP_ROWS) * STEP_ROWS)
  return Array.from({ length: Math.max(0, end - first) }, (_, place) => first + place)
}
