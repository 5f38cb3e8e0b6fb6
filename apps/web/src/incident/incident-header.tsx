'use client'
import type { Entry, IncidentDetail } from '@repo/contracts/incidents'
import { Button } from '@repo/ui/button'
import { lastedText } from '@repo/ui/duration'
import { Kbd } from '@repo/ui/kbd'
import { StatusLabel } from '@repo/ui/status'
import { msg, rich, t } from '@repo/ui/words'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { reopenIncident, resolveIncident, unacknowledge } from '../api/incident-queries.ts'
import { resolutionTexts, stateLook, stateOf } from '../incidents/incident-words.ts'
import { useAcknowledge } from '../incidents/use-acknowledge.ts'
import { followLink } from '../navigation.ts'
import { Breadcrumb } from '../shell/breadcrumb.tsx'
import { useShortcuts } from '../shell/shortcuts.ts'
import { Clock, LastedSince } from '../shell/time.tsx'
import { useMay } from '../shell/use-may.ts'
import { numberIn } from './entry-body.ts'
import { useChange } from './use-change.ts'

const MergeDialog = dynamic(() => import('./merge-dialog.tsx').then((module) => module.MergeDialog))
const PostDialog = dynamic(() => import('./post-dialog.tsx').then((module) => module.PostDialog))

interface HeaderProps {
  incident: IncidentDetail
  entries: readonly Entry[]
}

/** What, where, since when and for how long, in one sentence; and what can be done about it. */
export function IncidentHeader({ incident, entries }: HeaderProps) {
  const { monitor, severity, beganAt, endedAt, cause, acknowledged, resolution } = incident
  return (
    <header className="print:mb-4 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <Breadcrumb href="/incidents" text={t('Incidents')} />
        <h1 className="text-20 font-bold tracking-[-0.02em] [overflow-wrap:anywhere] md:text-28">
          {rich(titles[endedAt === null ? 'lasting' : 'ended'][severity], {
            monitor: (
              <a href={`/monitors/${monitor.id}`} onClick={followLink} className="underline-offset-4 hover:underline">
                {monitor.name}
              </a>
            ),
            time: (
              <span className="whitespace-nowrap">
                {endedAt === null ? (
                  <LastedSince at={beganAt} />
                ) : (
                  <span className="num">{lastedText(Date.parse(endedAt) - Date.parse(beganAt))}</span>
                )}
              </span>
            ),
          })}
        </h1>
        <p className="mt-1 text-16">
          <StatusLabel {...stateLook(incident)} />{' '}
          <span>
            {placeText(entries)}
            {endedAt === null
              ? rich('since {began}', { began: <Clock at={beganAt} /> })
              : rich('since {began} until {ended}', { began: <Clock at={beganAt} />, ended: <Clock at={endedAt} /> })}
            {` · ${cause.message}`}
          </span>
        </p>
        <p className="mt-1 text-13 text-muted">
          <span className="num">{cause.code}</span>
          {acknowledged &&
            rich(' · {name} looks after it since {time}', {
              name: acknowledged.by.name,
              time: <Clock at={acknowledged.at} />,
            })}
          {resolution && ` · ${resolutionTexts[resolution]}`}
        </p>
        <Relations incident={incident} />
      </div>
      <Deeds incident={incident} />
    </header>
  )
}

/** `in 2 of 3 regions `: as it was when enough regions had agreed. */
function placeText(entries: readonly Entry[]): string {
  const opened = entries.find(({ kind }) => kind === 'opened')?.body
  const [failing, reporting] = [numberIn(opened, 'failing'), numberIn(opened, 'reporting')]
  return failing !== null && reporting !== null && reporting > 1
    ? t('in {failing} of {reporting} regions ', { failing, reporting })
    : ''
}

function Relations({ incident: { mergedInto, parentId, stormId, silentBecause } }: { incident: IncidentDetail }) {
  return (
    <p className="flex flex-wrap gap-x-4 text-13 text-muted empty:hidden">
      {mergedInto && <IncidentLink id={mergedInto} text={t('Part of another incident')} />}
      {parentId && <IncidentLink id={parentId} text={t('Follows from another outage')} />}
      {stormId && <span>{t('One of a storm')}</span>}
      {silentBecause === 'maintenance' && <span>{t('Nobody is told: maintenance')}</span>}
      {silentBecause === 'parent' && <span>{t('Nobody is told: what it hangs on is down')}</span>}
    </p>
  )
}

function IncidentLink({ id, text }: { id: string; text: string }) {
  return (
    <a href={`/incidents/${id}`} onClick={followLink} className="text-accent underline-offset-2 hover:underline">
      {text}
    </a>
  )
}

/** What, and for how long. */
const titles = {
  lasting: { down: msg('{monitor} has been down for {time}'), degraded: msg('{monitor} has been degraded for {time}') },
  ended: { down: msg('{monitor} was down for {time}'), degraded: msg('{monitor} was degraded for {time}') },
} as const

const needsMember = msg('A member, an admin or an owner can do this.')

function Deeds({ incident }: { incident: IncidentDetail }) {
  const { id, endedAt, acknowledged, mergedInto } = incident
  const [asked, setAsked] = useState<'merge' | 'post'>()
  const mayChange = useMay('member')
  const acknowledge = useAcknowledge()
  const { mutate, isPending } = useChange(id)
  const isOpen = endedAt === null
  useShortcuts(mayChange && stateOf(incident) === 'open' ? { a: () => acknowledge(incident) } : {})
  const locked = mayChange
    ? { disabled: isPending }
    : { disabled: true, title: t(needsMember), 'aria-describedby': 'deeds-need' }
  return (
    <div className="print:hidden">
      <div className="flex flex-wrap gap-2">
        {isOpen && !acknowledged && (
          <Button look="primary" {...locked} onClick={() => acknowledge(incident)}>
            {rich('Acknowledge {key}', { key: <Kbd className="max-md:hidden">a</Kbd> })}
          </Button>
        )}
        {isOpen && acknowledged && (
          <Button
            {...locked}
            onClick={() => mutate({ act: () => unacknowledge(id), done: t('Nobody looks after it.') })}
          >
            {t('Take back')}
          </Button>
        )}
        {isOpen ? (
          <Button {...locked} onClick={() => mutate({ act: () => resolveIncident(id), done: t('It is resolved.') })}>
            {t('Resolve')}
          </Button>
        ) : (
          <Button {...locked} onClick={() => mutate({ act: () => reopenIncident(id), done: t('It goes on.') })}>
            {t('Reopen')}
          </Button>
        )}
        {!mergedInto && (
          <Button {...locked} onClick={() => setAsked('merge')}>
            {t('Merge')}
          </Button>
        )}
        <Button {...locked} onClick={() => setAsked('post')}>
          {t('Post to status page')}
        </Button>
        <Button onClick={() => print()}>{t('Print')}</Button>
      </div>
      {!mayChange && (
        <p id="deeds-need" className="mt-2 text-13 text-muted">
          {t(needsMember)}
        </p>
      )}
      {asked === 'merge' && <MergeDialog incident={incident} onClose={() => setAsked(undefined)} />}
      {asked === 'post' && <PostDialog incident={incident} onClose={() => setAsked(undefined)} />}
    </div>
  )
}
