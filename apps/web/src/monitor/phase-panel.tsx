'use client'
import type { Tick } from '@repo/contracts/ticks'
import { latencyText } from '@repo/ui/duration'
import { Panel } from '@repo/ui/panel'
import { type Phase, PhaseBar } from '@repo/ui/phase-bar'
import { rich, t } from '@repo/ui/words'

/** The phases of the newest check that was carried out. */
export function PhasePanel({ tick }: { tick: Tick | undefined }) {
  if (!tick) {
    return (
      <Panel title={t('Where the time goes')} className="grow">
        <p className="text-13 text-muted">{t('No check has been carried out yet.')}</p>
      </Panel>
    )
  }
  const note = rich('last check, {region}, {latency}', {
    region: <span className="num">{tick.region}</span>,
    latency: <span className="num">{latencyText(tick.phases.totalMs)}</span>,
  })
  return (
    <Panel title={t('Where the time goes')} note={note} className="grow">
      <PhaseBar phases={phasesOf(tick)} />
    </Panel>
  )
}

/** The phase that the code of a failure names. */
const failedIn: readonly (readonly [RegExp, keyof Tick['phases']])[] = [
  [/^DNS_/, 'dnsMs'],
  [/^TCP_/, 'connectMs'],
  [/^TLS_/, 'tlsMs'],
  [/^(TTFB_TIMEOUT|EMPTY_REPLY)$/, 'firstByteMs'],
  [/^(HEADERS_TIMEOUT|BODY_TIMEOUT|INCOMPLETE_HEADERS|RESET_IN_HEADERS|TRUNCATED_BODY)$/, 'transferMs'],
]

/** In order. What a failing phase took is how long was waited in vain: at a timeout, up to the deadline. */
export function phasesOf({ phases, verdict, code }: Tick): Phase[] {
  const failed = verdict === 'down' ? failedIn.find(([codes]) => codes.test(code))?.[1] : undefined
  const named: [keyof Tick['phases'], string][] = [
    ['dnsMs', 'DNS'],
    ['connectMs', t('Connect')],
    ['tlsMs', 'TLS'],
    ['firstByteMs', t('Wait')],
    ['transferMs', t('Download')],
  ]
  return named.map(([key, name]) => ({ name, ms: phases[key], hasFailed: key === failed && phases[key] !== null }))
}
