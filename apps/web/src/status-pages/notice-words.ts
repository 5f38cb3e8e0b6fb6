import type { ComponentState, Impact, Phase } from '@repo/domain/status-page'
import { msg, spoken } from '@repo/ui/words'

/** As the public page says them, in the language of whoever writes it. */

export const phaseWords = spoken<Phase>({
  investigating: msg('Investigating'),
  identified: msg('Identified'),
  monitoring: msg('Monitoring'),
  resolved: msg('Resolved'),
  postmortem: msg('Post-mortem'),
})

export const impactWords = spoken<Impact>({
  none: msg('No impact'),
  minor: msg('Minor impact'),
  major: msg('Major impact'),
  critical: msg('Critical impact'),
})

export const componentStateWords = spoken<ComponentState>({
  operational: msg('Operational'),
  degraded_performance: msg('Degraded performance'),
  partial_outage: msg('Partial outage'),
  major_outage: msg('Major outage'),
  under_maintenance: msg('Under maintenance'),
  unknown: msg('Unknown'),
})
