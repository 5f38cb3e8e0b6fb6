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

export function phasesOf({ phases }: Tick): Phase[] {
  return [
    { name: 'DNS', ms: phases.dnsMs },
    { name: t('Connect'), ms: phases.connectMs },
    { name: 'TLS', ms: phases.tlsMs },
    { name: t('Wait'), ms: phases.firstByteMs },
    { name: t('Download'), ms: phases.transferMs },
  ]
}
