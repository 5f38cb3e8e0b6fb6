import type { Alert, AlertEvent } from './alert.ts'

/** An alert in words, for channels to lay out and to escape: nothing in it is markup. */
export interface Message {
  /** At most 70 characters. */
  readonly subject: string
  readonly tone: Tone
  /** What more there is to say, a sentence each. */
  readonly lines: readonly string[]
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  /** What can be done: the first is to look at it. */
  readonly links: readonly { readonly label: string; readonly url: string }[]
}

export type Tone = 'bad' | 'warning' | 'good' | 'neutral'

export const subjectLength = 70
/** What a target wrote may be long, and every channel has its limits. */
const [lineLength, factLength] = [600, 300]
const shownMembers = 10
/** Ten of them, and how many more there are, make one line. */
const memberLength = 45

const words: Record<AlertEvent, { readonly word: string; readonly tone: Tone }> = {
  down: { word: 'DOWN', tone: 'bad' },
  degraded: { word: 'DEGRADED', tone: 'warning' },
  recovered: { word: 'UP', tone: 'good' },
  reopened: { word: 'DOWN', tone: 'bad' },
  was_down: { word: 'UP', tone: 'good' },
  storm: { word: 'DOWN', tone: 'bad' },
  advisory: { word: 'ADVISORY', tone: 'warning' },
  warning: { word: 'WARNING', tone: 'warning' },
  acknowledged: { word: 'ACKNOWLEDGED', tone: 'neutral' },
  digest: { word: 'REPORT', tone: 'neutral' },
  test: { word: 'TEST', tone: 'neutral' },
}

/** The glyph goes with the word: nothing is said by a colour alone. */
export const glyphs: Record<Tone, string> = { bad: '🔴', warning: '🟠', good: '🟢', neutral: '🔵' }

export function messageOf(alert: Alert): Message {
  const { word, tone } = words[alert.event]
  return {
    subject: subjectOf(word, alert),
    tone,
    lines: linesOf(alert).map((line) => shortened(line, lineLength)),
    facts: factsOf(alert).map(({ name, value }) => ({ name, value: shortened(value, factLength) })),
    links: linksOf(alert),
  }
}

/** The same as text alone, as it stands in a mail and in a short message. */
export function plainText({ subject, lines, facts, links }: Message): string {
  const parts = [
    [subject],
    lines,
    facts.map(({ name, value }) => `${name}: ${value}`),
    links.map(({ label, url }) => `${label}: ${url}`),
  ]
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')
}

/** What is told, and below it the ways onwards: where there is too much, it is what is told that is cut. */
export function withWays(told: readonly string[], ways: readonly string[], longest: number): string {
  const onwards = ways.map((way) => `\n${way}`).join('')
  return `${shortened(told.join('\n'), longest - onwards.length)}${onwards}`.trim()
}

/** `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / 1_440)]
  if (days > 0) return joined([`${days} d`, hours % 24 > 0 && `${hours % 24} h`])
  return joined([`${hours} h`, minutes % 60 > 0 && `${minutes % 60} min`])
}

function joined(parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false).join(' ')
}

/** Line ends and what steers terminals and pages are spaces: a name must not begin a line, or a header, of its own. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
}

/** Cut by characters as people count them, never within one. */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text
  const letters = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text.slice(0, 4 * longest))]
  let kept = ''
  for (const { segment } of letters) {
    if (kept.length + segment.length > longest - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

function subjectOf(word: string, alert: Alert): string {
  // A storm is about none of its members alone, but the first of them tells more than the name of the workspace.
  const who = oneLine(alert.subject?.name ?? alert.storm?.members[0] ?? alert.workspaceName)
  const tail = tailOf(alert)
  if (tail === '') return shortened(`${word} ${who}`, subjectLength)
  // Whoever reads it wants to know what it is about first, and then why.
  const name = shortened(who, Math.max(24, subjectLength - word.length - tail.length - 4))
  return shortened(`${word} ${name} - ${tail}`, subjectLength)
}

function tailOf(alert: Alert): string {
  const { event, cause, durationMs, storm } = alert
  const why = oneLine(cause?.message ?? '')
  switch (event) {
    case 'down':
    case 'degraded':
      return joined([why !== '' && why, whereOf(alert)])
    case 'reopened':
      return why === '' ? 'again' : `again: ${why}`
    case 'recovered':
    case 'was_down':
      return withOthers(storm, durationMs === null ? 'works again' : `was down ${lasting(durationMs)}`)
    case 'storm':
      return storm ? withOthers(storm, oneLine(storm.trait)) : why
    case 'advisory':
      return `found down by ${(alert.regions?.failing ?? []).join(', ')} alone`
    case 'acknowledged':
      return 'somebody looks after it'
    case 'test':
      return 'this channel works'
    default:
      return why
  }
}

function withOthers(storm: Alert['storm'], text: string): string {
  return storm !== null && storm.count > 1 ? `and ${storm.count - 1} more: ${text}` : text
}

function whereOf({ regions }: Alert): string | false {
  if (regions === null || regions.failing.length === 0) return false
  return regions.total > 1 && `(${regions.failing.length} of ${regions.total} regions)`
}

function linesOf(alert: Alert): string[] {
  const { event, cause, evidence, storm, durationMs } = alert
  const late = `It was down for ${lasting(durationMs ?? 0)} and is up again; it could not be told sooner.`
  if (storm) return [stormLine(storm, event), ...(event === 'was_down' ? [late] : [])]
  if (event === 'was_down') return [late]
  if (event === 'test') return ['Somebody asked for this message, to see whether it arrives.']
  return [...(cause ? [oneLine(cause.message)] : []), ...(evidence === null ? [] : [oneLine(evidence)])]
}

function stormLine({ members, count }: NonNullable<Alert['storm']>, event: AlertEvent): string {
  const shown = members.slice(0, shownMembers).map((name) => shortened(oneLine(name), memberLength))
  const more = count - shown.length
  const isOver = event === 'recovered' || event === 'was_down'
  const what = `${count} monitors failed at once${isOver ? ' and are up again' : ''}`
  return `${what}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
}

function factsOf(alert: Alert): { name: string; value: string }[] {
  const { subject, sinceMs, durationMs, cause, regions, tickLine, policyName, event } = alert
  const facts: [string, string | null | undefined | false][] = [
    ['Target', subject?.target && oneLine(subject.target)],
    [
      'Since',
      event !== 'test' && event !== 'digest' && `${new Date(sinceMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    ],
    ['Lasted', durationMs !== null && lasting(durationMs)],
    ['Code', cause?.code],
    ['Regions', regions !== null && regions.failing.length > 0 && `${regions.failing.join(', ')} of ${regions.total}`],
    ['Checks', tickLine],
    ['Policy', policyName && oneLine(policyName)],
  ]
  return facts.flatMap(([name, value]) => (value ? [{ name, value }] : []))
}

function linksOf({ links }: Alert): { label: string; url: string }[] {
  const all: [string, string | null][] = [
    ['Open', links.open],
    ['Acknowledge', links.acknowledge],
    ['Pause', links.pause],
  ]
  return all.flatMap(([label, url]) => (url === null ? [] : [{ label, url }]))
}
