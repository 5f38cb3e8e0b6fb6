import type { PublicPage, PublicPart } from '@repo/contracts/public-page'
import type { ComponentState, Indicator } from '@repo/domain/status-page'
import { sharePercent } from '@repo/domain/uptime'
import { makeBadge } from 'badge-maker'
import { z } from 'zod'

/** Badges: in the shape of shields.io, drawn by its own library, which escapes what is written on them. */

/** What stands on a badge. */
export interface Badge {
  readonly label: string
  readonly message: string
  /** `#rrggbb`. */
  readonly color: string
}

export const badgeStyles = ['flat', 'flat-square', 'plastic', 'for-the-badge', 'social'] as const

const text = z
  .string()
  .max(60)
  .transform((value) => value.trim())
const colour = z
  .string()
  .regex(/^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$|^[a-z]{3,20}$/i)
  .transform((value) => (/^(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(value) ? `#${value}` : value))

/** What a query may say of how a badge looks; the words are those that Uptime Kuma takes. */
export const badgeQuerySchema = z.object({
  label: text.optional(),
  labelPrefix: text.optional(),
  labelSuffix: text.optional(),
  prefix: text.optional(),
  suffix: text.optional(),
  upLabel: text.optional(),
  downLabel: text.optional(),
  maintenanceLabel: text.optional(),
  /** Of what is not known. */
  pendingLabel: text.optional(),
  upColor: colour.optional(),
  downColor: colour.optional(),
  maintenanceColor: colour.optional(),
  pendingColor: colour.optional(),
  color: colour.optional(),
  labelColor: colour.optional(),
  style: z.enum(badgeStyles).default('flat'),
})
export type BadgeQuery = z.output<typeof badgeQuerySchema>

const colours = { up: '#1a9c8b', warn: '#c27a14', down: '#b3200d', maintenance: '#3a30c0', unknown: '#5f6577' } as const

type Verdict = 'up' | 'down' | 'maintenance' | 'pending'

const states: Record<ComponentState, { message: string; color: string; verdict: Verdict }> = {
  operational: { message: 'up', color: colours.up, verdict: 'up' },
  degraded_performance: { message: 'degraded', color: colours.warn, verdict: 'up' },
  partial_outage: { message: 'partial outage', color: colours.warn, verdict: 'down' },
  major_outage: { message: 'down', color: colours.down, verdict: 'down' },
  under_maintenance: { message: 'maintenance', color: colours.maintenance, verdict: 'maintenance' },
  unknown: { message: 'unknown', color: colours.unknown, verdict: 'pending' },
}

const indicators: Record<Indicator, { message: string; color: string }> = {
  none: { message: 'operational', color: colours.up },
  maintenance: { message: 'maintenance', color: colours.maintenance },
  minor: { message: 'degraded', color: colours.warn },
  major: { message: 'partial outage', color: colours.down },
  critical: { message: 'outage', color: colours.down },
  unknown: { message: 'unknown', color: colours.unknown },
}

export function pageBadge({ title, indicator }: PublicPage): Badge {
  return { label: title, ...indicators[indicator] }
}

export function stateBadge({ name, state }: PublicPart, query: BadgeQuery): Badge {
  const { message, color, verdict } = states[state]
  return { label: name, message: query[`${verdict}Label`] ?? message, color: query[`${verdict}Color`] ?? color }
}

/** What a page does not tell of a component: how long its certificate is good. */
export function certificateBadge(): Badge {
  return { label: 'certificate', message: 'N/A', color: colours.unknown }
}

/** From how much of the time on it has which colour, as Gatus has it. */
const uptimeSteps: readonly (readonly [percent: number, color: string])[] = [
  [97.5, colours.up],
  [90, colours.warn],
  [0, colours.down],
]

/** Of the last days of a component, today among them. */
export function uptimeBadge({ days }: PublicPart, lastDays: number): Badge {
  const percent = uptimeOf((days ?? []).slice(-lastDays))
  const label = lastDays === 1 ? 'uptime today' : `uptime ${lastDays}d`
  if (percent === null) return { label, message: 'N/A', color: colours.unknown }
  const [, color = colours.down] = uptimeSteps.find(([least]) => percent >= least) ?? []
  return { label, message: `${percent}%`, color }
}

/** Per cent, rounded down at three decimals; null where nothing is known. */
function uptimeOf(days: NonNullable<PublicPart['days']>): number | null {
  let [known, up] = [0, 0]
  for (const day of days) {
    if (!day) continue
    const [upSeconds, degradedSeconds, downSeconds] = day
    up += upSeconds + degradedSeconds
    known += upSeconds + degradedSeconds + downSeconds
  }
  return sharePercent(up, known) ?? null
}

/** Up to which latency it has which colour, as Gatus has it. */
const latencySteps: readonly (readonly [ms: number, color: string])[] = [
  [300, colours.up],
  [750, colours.warn],
  [Number.POSITIVE_INFINITY, colours.down],
]

/** The mean of the hourly medians of the last hours, of a component that shows its response times. */
export function latencyBadge({ responseMs }: PublicPart, lastHours: number): Badge {
  const known = (responseMs ?? []).slice(-lastHours).filter((ms) => ms !== null)
  const label = `response ${lastHours}h`
  if (known.length === 0) return { label, message: 'N/A', color: colours.unknown }
  const ms = Math.round(known.reduce((sum, one) => sum + one, 0) / known.length)
  const [, color = colours.down] = latencySteps.find(([most]) => ms <= most) ?? []
  return { label, message: `${ms} ms`, color }
}

/** The badge as whoever asked wants it. */
export function styled(badge: Badge, query: BadgeQuery): Badge {
  const { label, labelPrefix = '', labelSuffix = '', prefix = '', suffix = '', color } = query
  return {
    label: `${labelPrefix}${label ?? badge.label}${labelSuffix}`,
    message: `${prefix}${badge.message}${suffix}`,
    color: color ?? badge.color,
  }
}

export function drawBadge(badge: Badge, { style, labelColor }: BadgeQuery): string {
  return makeBadge({ ...badge, style, ...(labelColor && { labelColor }) })
}

/** What the endpoint badge of shields.io reads (https://shields.io/badges/endpoint-badge). */
export function shieldsOf({ label, message, color }: Badge) {
  return { schemaVersion: 1, label, message, color, isError: color === colours.down }
}
