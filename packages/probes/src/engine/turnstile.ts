/** So many probes begin in one turn of the event loop. Beginning one takes some 50 µs, in which no answer is noticed. */
const PER_TURN = 16

let begun = 0
let isCounting = false
const waiting: (() => void)[] = []

/**
 * Lets a probe begin at once, or in one of the next turns where many want to: a burst of a thousand would otherwise find its
 * answers only after the last of them was sent, and would blame the targets for the time. Undefined where nothing is to be
 * waited for. What is waited here is before the probe's clock starts.
 */
export function passTurnstile(): Promise<void> | undefined {
  if (!isCounting) {
    isCounting = true
    setImmediate(nextTurn)
  }
  if (begun < PER_TURN && waiting.length === 0) {
    begun += 1
    return undefined
  }
  return new Promise((pass) => waiting.push(pass))
}

function nextTurn(): void {
  begun = Math.min(PER_TURN, waiting.length)
  for (const pass of waiting.splice(0, PER_TURN)) pass()
  isCounting = begun > 0
  if (isCounting) setImmediate(nextTurn)
}
