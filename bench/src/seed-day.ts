import type { DayTick } from './packed-day.ts'

const DAY_MS = 86_400_000
const TTFB_TIMEOUT = 28

/**
 * A day of an https monitor as they are: the way there takes nearly always the same, the site now and then much longer, by day
 * more than by night; some failures of minutes, a slot or two that is missing, and a certificate renewed once in a while.
 */
export function seedDay(monitor: number, intervalMs: number): DayTick[] {
  const random = createRandom(monitor + 1)
  const wayUs = 2_000 + random() * 60_000
  const siteUs = 5_000 + random() * 150_000
  const failsFrom = random() < 0.3 ? random() * DAY_MS : Number.POSITIVE_INFINITY
  const failsUntil = failsFrom + 60_000 * (1 + random() * 20)
  const renewedAt = random() < 0.02 ? random() * DAY_MS : Number.POSITIVE_INFINITY
  const phaseMs = Math.floor(random() * intervalMs)
  const ticks: DayTick[] = []
  for (let instant = phaseMs; instant < DAY_MS; instant += intervalMs) {
    if (random() < 0.000_5) continue
    const isFailing = (instant >= failsFrom && instant < failsUntil) || random() < 0.001
    const load = 1 + 0.3 * Math.sin((instant / DAY_MS) * 2 * Math.PI)
    const certificateExpiresMinute = instant < renewedAt ? 30_000_000 : 30_130_000
    ticks.push(lookAt({ random, wayUs, siteUs: siteUs * load, instant, isFailing, monitor, certificateExpiresMinute }))
  }
  return ticks
}

interface Look {
  readonly random: () => number
  readonly wayUs: number
  readonly siteUs: number
  readonly instant: number
  readonly isFailing: boolean
  readonly monitor: number
  readonly certificateExpiresMinute: number
}

function lookAt({ random, wayUs, siteUs, instant, isFailing, monitor, certificateExpiresMinute }: Look): DayTick {
  const tail = () => 1 + 0.01 * -Math.log(1 - random()) + (random() < 0.01 ? 2 * random() : 0)
  const startLagMs = random() < 0.97 ? Math.floor(random() * 3) : Math.floor(random() * 40)
  const dnsUs = Math.round(random() < 0.9 ? 20 + 60 * random() : 500 + 8_000 * random())
  const connectUs = Math.round(wayUs * tail())
  const address = `203.0.${monitor >> 8}.${monitor & 255}`
  const common = { instant, startLagMs, redirects: 0, dnsUs, connectUs, address }
  if (isFailing) {
    const message = 'Time to first byte: no answer within 10 s'
    const nothing = { firstByteUs: null, transferUs: null, status: null, certificateExpiresMinute }
    return {
      ...common,
      ...nothing,
      tlsUs: Math.round(wayUs * tail()),
      verdict: 2,
      code: TTFB_TIMEOUT,
      totalUs: 10_000_000,
      message,
    }
  }
  const tlsUs = Math.round((wayUs * 1.02 + 900) * tail())
  const firstByteUs = Math.round(wayUs + siteUs * (1 + 0.15 * -Math.log(1 - random())))
  const transferUs = Math.round(80 + 400 * random() + (random() < 0.2 ? wayUs : 0))
  const totalUs = dnsUs + connectUs + tlsUs + firstByteUs + transferUs + Math.round(60 * random())
  const passed = { verdict: 0, code: 0, status: 200, certificateExpiresMinute, message: '' }
  return { ...common, tlsUs, firstByteUs, transferUs, totalUs, ...passed }
}

/** The same numbers in every run. */
function createRandom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
