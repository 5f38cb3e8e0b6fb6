import { numberText, t } from './words.ts'

/** A latency with three significant digits: `0.84 ms`, `12.3 ms`, `188 ms`, `1.84 s`. */
export function latencyText(ms: number | null): string {
  if (ms === null) return '–'
  if (ms < 1) return `${decimal(ms, 2)} ms`
  if (ms < 10) return `${decimal(ms, 1)} ms`
  if (ms < 1_000) return `${Math.round(ms)} ms`
  return `${decimal(ms / 1_000, ms < 10_000 ? 2 : 1)} s`
}

/** How often: `30 s`, `1 min`, `1 h 30 min`. */
export function intervalText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return joinUnits([Math.floor(seconds / 60), 'min'], [seconds % 60, 's'])
  return joinUnits([Math.floor(seconds / 3_600), 'h'], [Math.floor((seconds % 3_600) / 60), 'min'])
}

/** How long ago, in the largest unit: `now`, `4 s ago`, `2 min ago`, `5 h ago`, `3 d ago`. */
export function agoText(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1_000)
  if (seconds < 1) return t('now')
  if (seconds < 60) return t('{seconds} s ago', { seconds })
  if (seconds < 3_600) return t('{minutes} min ago', { minutes: Math.floor(seconds / 60) })
  if (seconds < 86_400) return t('{hours} h ago', { hours: Math.floor(seconds / 3_600) })
  return t('{days} d ago', { days: Math.floor(seconds / 86_400) })
}

/** How long something has lasted, in two units: `41 s`, `4 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function lastedText(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1_000))
  if (seconds < 3_600) return intervalText(seconds)
  if (seconds < 86_400)
    return joinUnits([Math.floor(seconds / 3_600), 'h'], [Math.floor((seconds % 3_600) / 60), 'min'])
  return joinUnits([Math.floor(seconds / 86_400), 'd'], [Math.floor((seconds % 86_400) / 3_600), 'h'])
}

/** A countdown: `0:17`, `12:05`, `1:00:00`. */
export function countdownText(remainingMs: number): string {
  const seconds = Math.max(0, Math.ceil(remainingMs / 1_000))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

/** A share, never rounded up to a hundred: `79.7 %`, `99.912 %`, `100 %`. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return '–'
  if (part === whole) return '100 %'
  const decimals = part / whole < 0.99 ? 1 : 3
  return `${decimal(Math.floor((part / whole) * 100 * 10 ** decimals) / 10 ** decimals, decimals)} %`
}

function decimal(value: number, digits: number): string {
  return numberText(value, { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function joinUnits(large: readonly [number, string], small: readonly [number, string]): string {
  const head = `${large[0]} ${large[1]}`
  return small[0] === 0 ? head : `${head} ${small[0]} ${small[1]}`
}
