import type { Monitor } from '@repo/contracts/monitors'
import { targetOf } from '@repo/contracts/spec-target'
import { searchedWords } from '@repo/domain/monitor-search'
import type { Status } from '@repo/domain/status'
import type { MonitorFilter } from '../api/queries.ts'

/** Worst first. What is paused asks for nobody's attention. */
const rank: Record<Status, number> = { down: 0, degraded: 1, unknown: 2, maintenance: 3, up: 4, paused: 5 }

export function statusRank(status: Status): number {
  return rank[status]
}

/** Those that the list offers beside the worst first, as the API's parameter has them. */
export const listOrders = [
  ...(['-p95', 'p95', 'uptime24h', '-uptime24h', 'uptime30d', '-uptime30d'] as const),
  ...(['name', '-name', '-created', 'created'] as const),
] as const

/** The order of the API's pages, by the parameter that asks for it. */
export function comparatorOf(sort = ''): (a: Monitor, b: Monitor) => number {
  const turned = sort.startsWith('-') ? -1 : 1
  if (sort.endsWith('name')) return (a, b) => turned * compareNames(a, b)
  if (sort.endsWith('created'))
    return (a, b) => turned * (Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.id < b.id ? -1 : 1))
  const figure = figureBy[sort.replace('-', '')]
  if (figure) return (a, b) => compareFigures(figure(a.figures), figure(b.figures), turned) || compareNames(a, b)
  return compareMonitors
}

const figureBy: Readonly<Record<string, (figures: Monitor['figures']) => number | null>> = {
  p95: ({ p95Ms }) => p95Ms,
  uptime24h: ({ uptimePercent24h }) => uptimePercent24h,
  uptime30d: ({ uptimePercent30d }) => uptimePercent30d,
}

/** What nobody knows is neither good nor bad, and stands last. */
function compareFigures(a: number | null, b: number | null, turned: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return turned * (a - b)
}

/** By rank, then by name. */
export function compareMonitors(a: Monitor, b: Monitor): number {
  if (rank[a.status] !== rank[b.status]) return rank[a.status] - rank[b.status]
  return compareNames(a, b)
}

function compareNames(a: Monitor, b: Monitor): number {
  const [nameA, nameB] = [a.name.toLowerCase(), b.name.toLowerCase()]
  if (nameA !== nameB) return nameA < nameB ? -1 : 1
  return a.id < b.id ? -1 : 1
}

/** Whether a monitor is in a filter: answered at once from what is here, while the API is asked for what is not. */
export function isInFilter(monitor: Monitor, { text, status, tag, kind }: MonitorFilter): boolean {
  if (status && monitor.status !== status) return false
  if (tag && !monitor.tags.includes(tag)) return false
  if (kind && monitor.spec.kind !== kind) return false
  return searchedWords(text.toLowerCase()).every((word) => hasWord(monitor, word))
}

function hasWord({ id, name, spec, tags }: Monitor, word: string): boolean {
  if (id.startsWith(word) && word.length >= 4) return true
  return [name, targetOf(spec), tags.join(' ')].some((text) => text.toLowerCase().includes(word))
}
