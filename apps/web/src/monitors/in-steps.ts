interface InSight {
  readonly startIndex: number
  readonly endIndex: number
  readonly count: number
}

const STEP_ROWS = 4
const SPARE_ROWS = 2

/**
 * The rows that are drawn for those in sight. They are others only at every fourth row: a change costs as much again as a
 * row, and more rows at once take longer than a frame.
 */
export function inSteps({ startIndex, endIndex, count }: InSight): number[] {
  const first = Math.floor(startIndex / STEP_ROWS) * STEP_ROWS - STEP_ROWS
  // Of rows as high as these now one more, now one less is in sight: that is no other step.
  const inSight = Math.ceil((endIndex - startIndex + 2) / STEP_ROWS) * STEP_ROWS
  const end = Math.min(count, first + inSight + 2 * STEP_ROWS + SPARE_ROWS)
  const begin = Math.max(0, first)
  return Array.from({ length: Math.max(0, end - begin) }, (_, place) => begin + place)
}
