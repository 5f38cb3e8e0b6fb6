'use client'
import type { Announcement } from '@repo/contracts/page-notices'
import type { StatusPage } from '@repo/contracts/status-pages'
import { Button } from '@repo/ui/button'
import { Item, ItemList, Tag } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
import { rich, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ConfirmDialog } from '../settings/confirm-dialog.tsx'
import { Reading } from '../settings/reading.tsx'
import { useNowMs } from '../shell/clock.ts'
import { Clock } from '../shell/time.tsx'
import { AnnouncementDialog } from './announcement-dialog.tsx'
import { announcementsQuery, deleteAnnouncement } from './notice-queries.ts'
import { useNoticeDeed } from './use-notice-deed.ts'

type Asked = { kind: 'write'; announcement?: Announcement } | { kind: 'delete'; announcement: Announcement }

/** What everybody is told, from when to when. */
export function AnnouncementsTab({ page, mayChange }: { page: StatusPage; mayChange: boolean }) {
  const [asked, setAsked] = useState<Asked>()
  const query = useQuery(announcementsQuery(page.id))
  const close = () => setAsked(undefined)
  return (
    <div className="max-w-4xl">
      <Panel
        title={t('Announcements')}
        note={t('At the top of the page, whatever its components are')}
        action={mayChange && <Button onClick={() => setAsked({ kind: 'write' })}>{t('Announce something')}</Button>}
      >
        <Reading query={query}>
          {(items) =>
            items.length === 0 ? (
              <p className="text-muted">{t('Nothing is announced.')}</p>
            ) : (
              <ItemList label={t('Announcements')}>
                {items.map((announcement) => (
                  <AnnouncementItem
                    key={announcement.id}
                    announcement={announcement}
                    onAsk={mayChange ? setAsked : undefined}
                  />
                ))}
              </ItemList>
            )
          }
        </Reading>
      </Panel>
      {asked?.kind === 'write' && <AnnouncementDialog pageId={page.id} onClose={close} {...asked} />}
      {asked?.kind === 'delete' && <DeleteDialog pageId={page.id} announcement={asked.announcement} onClose={close} />}
    </div>
  )
}

interface AnnouncementItemProps {
  announcement: Announcement
  onAsk: ((asked: Asked) => void) | undefined
}

function AnnouncementItem({ announcement, onAsk }: AnnouncementItemProps) {
  const { title, body, from, until } = announcement
  const nowMs = useNowMs()
  const isOver = until !== null && Date.parse(until) <= nowMs
  const isToCome = Date.parse(from) > nowMs
  return (
    <Item
      title={title}
      tags={<Tag>{isOver ? t('Over') : isToCome ? t('To come') : t('Shown')}</Tag>}
      note={
        <>
          <span className="block whitespace-pre-line text-fg">{body}</span>
          {until === null
            ? rich('from {from} until it is deleted', { from: <Clock at={from} /> })
            : rich('from {from} until {until}', { from: <Clock at={from} />, until: <Clock at={until} /> })}
        </>
      }
    >
      {onAsk && (
        <>
          <Button
            look="quiet"
            aria-label={t('Edit {name}', { name: title })}
            onClick={() => onAsk({ kind: 'write', announcement })}
          >
            {t('Edit')}
          </Button>
          <Button
            look="quiet"
            aria-label={t('Delete {name}', { name: title })}
            onClick={() => onAsk({ kind: 'delete', announcement })}
          >
            {t('Delete')}
          </Button>
        </>
      )}
    </Item>
  )
}

interface DeleteDialogProps {
  pageId: string
  announcement: Announcement
  onClose: () => void
}

function DeleteDialog({ pageId, announcement: { id, title }, onClose }: DeleteDialogProps) {
  const { mutateAsync } = useNoticeDeed()
  return (
    <ConfirmDialog
      title={t('Delete {name}?', { name: title })}
      verb={[t('Delete'), t('Deleting…')]}
      act={async () => {
        await mutateAsync({ act: () => deleteAnnouncement(pageId, id), done: t('{name} is deleted.', { name: title }) })
      }}
      onClose={onClose}
    >
      <p>{t('The public finds nothing of it any more.')}</p>
    </ConfirmDialog>
  )
}
