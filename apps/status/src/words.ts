import type { ComponentState, Indicator, Phase } from '@repo/domain/status-page'

/** The page's own words; what people write on it is in whatever language they write. */
export interface Words {
  readonly banner: Readonly<Record<Indicator, string>>
  readonly states: Readonly<Record<ComponentState, string>>
  readonly daysAgo: string
  readonly today: string
  readonly updated: string
  readonly stale: string
  readonly live: string
  readonly notFound: string
}

export const english: Words = {
  banner: {
    none: 'Everything works.',
    maintenance: 'Maintenance is under way.',
    minor: 'Some things do not work as they should.',
    major: 'Some things are down.',
    critical: 'Everything is down.',
    unknown: 'We cannot tell how some things are.',
  },
  states: {
    operational: 'Operational',
    degraded_performance: 'Degraded',
    partial_outage: 'Partial outage',
    major_outage: 'Outage',
    under_maintenance: 'Maintenance',
    unknown: 'Unknown',
  },
  daysAgo: '90 days ago',
  today: 'Today',
  updated: 'updated',
  stale: 'Last updated {time}, live data unavailable',
  live: 'Live',
  notFound: 'There is no status page here.',
}

export const phaseWords: Readonly<Record<Phase, string>> = {
  investigating: 'Investigating',
  identified: 'Identified',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
  postmortem: 'Postmortem',
}

export const maintenanceWords = { scheduled: 'Scheduled', in_progress: 'In progress', completed: 'Completed' } as const

export const doorWords = {
  title: 'This page is not for everybody',
  password: 'Password',
  email: 'Your e-mail address',
  open: 'Open',
  send: 'Send me a link',
  wrong: 'This is not the password.',
  tooMany: 'Too many tries. Wait a few minutes before the next one.',
} as const
