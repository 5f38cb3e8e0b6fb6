'use client'
import type { PageIncident as Incident } from '@repo/contracts/page-notices'
import type { Phase } from '@repo/domain/status-page'
import { Button } from '@repo/ui/button'
import { Tag } from '@repo/ui/item-list'
import { rich, t } from '@repo/ui/words'
import { useEffect, useRef, useState } from 'react'
import { ConfirmDialog } from '../settings/confirm-dialog.tsx'
import { Clock } from '../shell/time.tsx'
import { IncidentDialog } from './incident-dialog.tsx'
import { deleteIncident, deleteUpdate, publishIncident, publishUpdate } from './notice-queries.ts'
import { componentStateWords, impactWords, phaseWords } from './notice-words.ts'
import { SaidText } from './said-text.tsx'
import { UpdateDialog } from './update-dialog.tsx'
import { UpdateMail } from './update-mail.tsx'
import { useNoticeDeed } from './use-notice-deed.ts'

type Update = Incident['updates'][number]
type Asked = { kind: 'edit' } | { kind: 'delete' } | { kind: 'update'; phase: Phase; update?: Update }

interface PageIncidentProps {
  pageId: string
  incident: Incident
  names: ReadonlyMap<string, string>
  mayChange: boolean
  /** Whether whoever looks came for it. */
  isSought: boolean
}

/** An incident as the page tells it: exactly the title and the texts that people get, and what can be done with it. */
export function PageIncident({ pageId, incident, names, mayChange, isSought }: PageIncidentProps) {
  const [asked, setAsked] = useState<Asked>()
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    if (isSought) ref.current?.focus()
  }, [isSought])
  const close = () => setAsked(undefined)
  const { title, impact, phase, beganAt, resolvedAt, components } = incident
  return (
    <article
      ref={ref}
      tabIndex={-1}
      aria-label={title}
      className="rounded-card border border-line bg-surface p-4 outline-none focus-visible:outline-2 focus-visible:outline-accent md:px-5"
    >
      <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 grow basis-56">
          <h3 className="flex flex-wrap items-center gap-x-2 gap-y-1 font-bold [overflow-wrap:anywhere]">
            {title} <Tag>{phaseWords[phase]}</Tag> <Tag>{impactWords[impact]}</Tag>
          </h3>
          <p className="mt-0.5 text-13 text-muted">
            {resolvedAt === null
              ? rich('since {began}', { began: <Clock at={beganAt} /> })
              : rich('since {began} until {ended}', {
                  began: <Clock at={beganAt} />,
                  ended: <Clock at={resolvedAt} />,
                })}
          </p>
          {components.length > 0 && (
            <p className="mt-0.5 text-13 text-muted [overflow-wrap:anywhere]">
              {components
                .map(({ componentId, state }) => `${names.get(componentId) ?? '–'}: ${componentStateWords[state]}`)
                .join(', ')}
            </p>
          )}
        </div>
        {mayChange && <Deeds pageId={pageId} incident={incident} onAsk={setAsked} />}
      </header>
      <Updates
        pageId={pageId}
        incident={incident}
        mayChange={mayChange}
        onEdit={(update) => setAsked({ kind: 'update', phase: update.phase, update })}
      />
      {asked?.kind === 'edit' && <IncidentDialog pageId={pageId} names={names} incident={incident} onClose={close} />}
      {asked?.kind === 'update' && <UpdateDialog pageId={pageId} incident={incident} onClose={close} {...asked} />}
      {asked?.kind === 'delete' && <DeleteDialog pageId={pageId} incident={incident} onClose={close} />}
    </article>
  )
}

interface DeedsProps {
  pageId: string
  incident: Incident
  onAsk: (asked: Asked) => void
}

function Deeds({ pageId, incident, onAsk }: DeedsProps) {
  const { mutate, isPending } = useNoticeDeed()
  const { title, phase, publishedAt, resolvedAt } = incident
  const isDraft = publishedAt === null
  return (
    <div className="flex flex-wrap gap-2">
      {isDraft && (
        <Button
          look="primary"
          disabled={isPending}
          onClick={() =>
            mutate({ act: () => publishIncident({ pageId, incident }), done: t('{name} is public.', { name: title }) })
          }
        >
          {t('Publish')}
        </Button>
      )}
      <Button onClick={() => onAsk({ kind: 'update', phase })}>{t('Write an update')}</Button>
      {!isDraft && resolvedAt === null && (
        <Button onClick={() => onAsk({ kind: 'update', phase: 'resolved' })}>{t('Resolve')}</Button>
      )}
      <Button look="quiet" onClick={() => onAsk({ kind: 'edit' })}>
        {t('Edit')}
      </Button>
      <Button look="quiet" onClick={() => onAsk({ kind: 'delete' })}>
        {isDraft ? t('Discard') : t('Delete')}
      </Button>
    </div>
  )
}

interface UpdatesProps {
  pageId: string
  incident: Incident
  mayChange: boolean
  onEdit: (update: Update) => void
}

/** The newest first. What people have read stays as it is. */
function Updates({ pageId, incident, mayChange, onEdit }: UpdatesProps) {
  const { mutate, isPending } = useNoticeDeed()
  const seen = { pageId, incident }
  const isDraft = incident.publishedAt === null
  return (
    <>
      {isDraft && <p className="mt-3 text-12 text-muted">{t('What people will read, and subscribers receive:')}</p>}
      <ol
        aria-label={isDraft ? t('What people will read') : t('What people read')}
        className="mt-3 flex flex-col gap-3"
      >
        {incident.updates.map((update, place) => (
          <li key={update.id} className="border-line border-l-2 pl-3">
            <p className="flex flex-wrap items-center gap-x-2 text-12 text-muted">
              <span className="font-medium text-fg">{phaseWords[update.phase]}</span>
              <Clock at={update.publishedAt ?? update.at} />
              <span>{update.authorName ?? t('by itself')}</span>
              {update.publishedAt === null && <Tag>{t('Draft')}</Tag>}
            </p>
            <div className="mt-0.5">
              <SaidText text={update.body} />
            </div>
            {/* Of a draft the newest alone is sent, with what was written before it. */}
            {update.publishedAt === null && (!isDraft || place === 0) && (
              <UpdateMail seen={seen} updateId={update.id} />
            )}
            {mayChange && update.publishedAt === null && (
              <div className={`mt-1 flex flex-wrap gap-2 ${isDraft ? '-ml-3' : ''}`}>
                {!isDraft && (
                  <Button
                    disabled={isPending}
                    onClick={() => mutate({ act: () => publishUpdate(seen, update.id), done: t('It is public.') })}
                  >
                    {t('Publish the update')}
                  </Button>
                )}
                <Button look="quiet" onClick={() => onEdit(update)}>
                  {t('Edit the text')}
                </Button>
                {!(isDraft && incident.updates.length === 1) && (
                  <Button
                    look="quiet"
                    disabled={isPending}
                    onClick={() => mutate({ act: () => deleteUpdate(seen, update.id), done: t('It is gone.') })}
                  >
                    {t('Discard the update')}
                  </Button>
                )}
              </div>
            )}
          </li>
        ))}
      </ol>
    </>
  )
}

function DeleteDialog({ pageId, incident, onClose }: { pageId: string; incident: Incident; onClose: () => void }) {
  const { mutateAsync } = useNoticeDeed()
  const isDraft = incident.publishedAt === null
  return (
    <ConfirmDialog
      title={isDraft ? t('Discard {name}?', { name: incident.title }) : t('Delete {name}?', { name: incident.title })}
      verb={isDraft ? [t('Discard'), t('Discarding…')] : [t('Delete'), t('Deleting…')]}
      act={async () => {
        await mutateAsync({ act: () => deleteIncident({ pageId, incident }), done: t('It is gone.') })
      }}
      onClose={onClose}
    >
      <p>
        {isDraft
          ? t('Nobody has read it.')
          : t('The public finds nothing of it any more. To say that it is over, resolve it.')}
      </p>
    </ConfirmDialog>
  )
}
