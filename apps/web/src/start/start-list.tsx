'use client'
import { Button } from '@repo/ui/button'
import { StatusGlyph } from '@repo/ui/status'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { channelsQuery } from '../api/channels-query.ts'
import { invitationsQuery, membersQuery } from '../api/workspace-queries.ts'
import { followLink } from '../navigation.ts'
import { useMay } from '../shell/use-may.ts'
import { statusPagesQuery } from '../status-pages/page-queries.ts'

interface Step {
  readonly text: string
  readonly href: string
  readonly isDone: boolean
}

/** What a workspace that is new still lacks, each with the way to it. It goes away by itself once nothing is left. */
export function StartList({ monitors, onHide }: { monitors: number; onHide: () => void }) {
  const steps = useSteps(monitors)
  const done = steps?.filter(({ isDone }) => isDone).length
  const isOver = steps !== undefined && done === steps.length
  useEffect(() => {
    if (isOver) onHide()
  }, [isOver, onHide])
  if (steps === undefined || done === undefined) return <div aria-hidden="true" className="skeleton h-5 w-64" />
  return (
    <section aria-label={t('Getting started')} className="flex w-full flex-wrap items-center gap-x-6 gap-y-1">
      <h2 className="text-13 font-bold">{t('Getting started')}</h2>
      <ul className="flex flex-wrap gap-x-6 gap-y-1">
        {steps.map((step) => (
          <li key={step.href} className="flex min-h-6 pointer-coarse:min-h-11 items-center gap-1.5 text-13">
            <StepLine step={step} />
          </li>
        ))}
      </ul>
      <span className="ml-auto flex items-center gap-3">
        <span className="num text-12 text-muted">
          {t('{done} of {count}', { done: String(done), count: String(steps.length) })}
        </span>
        <Button look="quiet" onClick={onHide}>
          {t('Hide')}
        </Button>
      </span>
    </section>
  )
}

function StepLine({ step: { text, href, isDone } }: { step: Step }) {
  if (isDone)
    return (
      <>
        <StatusGlyph status="up" />
        <span className="text-muted">{text}</span>
        <span className="sr-only">{t('done')}</span>
      </>
    )
  return (
    <>
      <span aria-hidden="true" className="size-3.5 rounded-full border-[1.5px] border-control" />
      <a href={href} onClick={followLink} className="text-accent underline underline-offset-2 hover:no-underline">
        {text}
      </a>
    </>
  )
}

/** What is done and what is not, as the API has it; undefined until all of it is known. */
function useSteps(monitors: number): Step[] | undefined {
  const mayInvite = useMay('admin')
  const { data: channels } = useQuery(channelsQuery)
  const { data: pages } = useQuery(statusPagesQuery)
  const { data: members } = useQuery({ ...membersQuery, enabled: mayInvite })
  const { data: invitations } = useQuery({ ...invitationsQuery, enabled: mayInvite })
  if (channels === undefined || pages === undefined) return undefined
  if (mayInvite && (members === undefined || invitations === undefined)) return undefined
  const isTold = channels.some(({ lastAcceptedAt }) => lastAcceptedAt !== null)
  const isPublic = pages.some(({ publishedAt }) => publishedAt !== null)
  const isShared = (members?.length ?? 0) > 1 || (invitations?.length ?? 0) > 0
  return [
    { text: t('Watch a first website'), href: '/monitors?form=new', isDone: monitors > 0 },
    { text: t('Receive an alert, or a test of one'), href: '/alerts', isDone: isTold },
    { text: t('Publish a status page'), href: '/status-pages', isDone: isPublic },
    ...(mayInvite ? [{ text: t('Invite a colleague'), href: '/settings/members', isDone: isShared }] : []),
  ]
}
