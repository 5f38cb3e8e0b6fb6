import type { Entry } from '@repo/contracts/incidents'
import { textIn } from './entry-body.ts'

/** What an incident was in one region. */
export interface Impact {
  readonly region: string
  readonly verdict: string
  readonly code: string
  readonly message: string
  readonly beganAt: string
  /** Null while it fails there. */
  readonly passedAt: string | null
}

const failing = ['first_failure', 'region_failing']

/** The regions that failed, in the order in which they did, by what the timeline says. */
export function impactsOf(entries: readonly Entry[]): Impact[] {
  const byRegion = new Map<string, Impact>()
  for (const { kind, at, body } of entries) {
    const region = textIn(body, 'region')
    const known = byRegion.get(region)
    if (failing.includes(kind) && region) {
      const said = { verdict: textIn(body, 'verdict'), code: textIn(body, 'code'), message: textIn(body, 'message') }
      byRegion.set(region, { region, ...said, beganAt: known?.beganAt ?? at, passedAt: null })
    }
    if (kind === 'region_passing' && known) byRegion.set(region, { ...known, passedAt: at })
  }
  return [...byRegion.values()]
}
