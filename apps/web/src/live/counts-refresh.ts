/** The API gives an answer again for a second: what is read so long after a frame knows of it. */
const AFTER_MS = 2_500

export interface CountsRefresh {
  /** A frame said that a monitor is something else now. */
  changed(): void
  stop(): void
}

/**
 * Reads the counts anew a while after they were patched. A change may come with an answer and as a frame too, in whichever order,
 * and then it is counted twice. However many frames come, they are read once in a while, and always once after the last.
 */
export function createCountsRefresh(read: () => void, afterMs = AFTER_MS): CountsRefresh {
  let timer: ReturnType<typeof setTimeout> | undefined
  let hasMore = false

  function plan(): void {
    timer = setTimeout(() => {
      timer = undefined
      read()
      if (hasMore) plan()
      hasMore = false
    }, afterMs)
  }

  return {
    changed() {
      if (timer === undefined) plan()
      else hasMore = true
    },
    stop() {
      clearTimeout(timer)
    },
  }
}
