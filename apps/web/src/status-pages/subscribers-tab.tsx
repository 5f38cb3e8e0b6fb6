'use client'
import type { Subscriber } from '@repo/contracts/page-subscribers'
import type { StatusPage } from '@repo/contracts/status-pages'
import { Button, buttonClass } from '@repo/ui/button'
import { Item, ItemList, Tag } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
import { msg, numberText, rich, t } from '@repo/ui/words'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { readMore } from '../api/read-more.ts'
import { ConfirmDialog } from '../settings/confirm-dialog.tsx'
import { Reading } from '../settings/reading.tsx'
import { Clock } from '../shell/time.tsx'
import { deleteSubscriber, subscribersExportPath, subscribersQuery } from './subscriber-queries.ts'
import { componentNames } from './touched-fields.tsx'
import { useNoticeDeed } from './use-notice-deed.ts'

/** Who is told of what the page says. They come by its own form; here they are seen, and sent away. */
export function SubscribersTab({ page, mayChange }: { page: StatusPage; mayChange: boolean }) {
  if (!mayChange) return <p className="text-muted">{t('It takes the role member to see who is subscribed.')}</p>
  return <Subscribers page={page} />
}

function Subscribers({ page }: { page: StatusPage }) {
  const query = useInfiniteQuery(subscribersQuery(page.id))
  const [leaving, setLeaving] = useState<Subscriber>()
  const counts = query.data?.pages[0]?.counts
  return (
    <div className="max-w-4xl">
      <Panel
        title={t('Subscribers')}
        note={counts && countsText(counts)}
        action={
          counts &&
          counts.confirmed + counts.pending > 0 && (
            <a href={subscribersExportPath(page.id)} className={buttonClass('secondary')} download>
              {t('As CSV')}
            </a>
          )
        }
      >
        <Reading query={query}>
          {({ pages }) => {
            const items = pages.flatMap((one) => one.items)
            return items.length === 0 ? (
              <p className="text-muted">{t('Nobody is subscribed yet. People subscribe on the page itself.')}</p>
            ) : (
              <ItemList label={t('Subscribers')}>
                {items.map((one) => (
                  <SubscriberItem key={one.id} subscriber={one} page={page} onRemove={() => setLeaving(one)} />
                ))}
              </ItemList>
            )
          }}
        </Reading>
        {query.hasNextPage && (
          <Button className="mt-3" disabled={query.isFetchingNextPage} onClick={() => void readMore(query)}>
            {t('Show more')}
          </Button>
        )}
      </Panel>
      {leaving && <RemoveDialog pageId={page.id} subscriber={leaving} onClose={() => setLeaving(undefined)} />}
    </div>
  )
}

function countsText({ confirmed, pending }: { confirmed: number; pending: number }): string {
  return t('{confirmed} confirmed, {pending} asked', {
    confirmed: numberText(confirmed),
    pending: numberText(pending),
  })
}

const stateNames: Readonly<Record<Subscriber['state'], string>> = {
  pending: msg('Asked'),
  confirmed: msg('Confirmed'),
  unsubscribed: msg('Ended'),
}
const kindNames: Readonly<Record<Subscriber['kind'], string>> = {
  email: msg('E-mail'),
  webhook: msg('Webhook'),
  slack: msg('Slack'),
  teams: msg('Microsoft Teams'),
  discord: msg('Discord'),
}

interface SubscriberItemProps {
  subscriber: Subscriber
  page: StatusPage
  onRemove: () => void
}

function SubscriberItem({ subscriber, page, onRemove }: SubscriberItemProps) {
  const { address, kind, state, components, createdAt } = subscriber
  return (
    <Item
      title={address}
      tags={
        <>
          <Tag>{t(kindNames[kind])}</Tag>
          <Tag>{t(stateNames[state])}</Tag>
        </>
      }
      note={
        <>
          {rich('since {time}', { time: <Clock at={createdAt} /> })} ·{' '}
          {components === null ? t('everything') : namesOf(page, components)}
        </>
      }
    >
      <Button look="quiet" aria-label={t('Remove {name}', { name: address })} onClick={onRemove}>
        {t('Remove')}
      </Button>
    </Item>
  )
}

/** Of what is not on the page any more nobody knows the name; that somebody wanted it is said once. */
function namesOf(page: StatusPage, ids: readonly string[]): string {
  const names = componentNames(page)
  return [...new Set(ids.map((id) => names.get(id) ?? t('A component that is gone')))].join(', ')
}

interface RemoveDialogProps {
  pageId: string
  subscriber: Subscriber
  onClose: () => void
}

function RemoveDialog({ pageId, subscriber: { id, address }, onClose }: RemoveDialogProps) {
  const { mutateAsync } = useNoticeDeed()
  return (
    <ConfirmDialog
      title={t('Remove {name}?', { name: address })}
      verb={[t('Remove'), t('Removing…')]}
      act={async () => {
        const done = t('{name} is told nothing any more.', { name: address })
        await mutateAsync({ act: () => deleteSubscriber(pageId, id), done })
      }}
      onClose={onClose}
    >
      <p>{t('They are told nothing any more, and can subscribe anew.')}</p>
    </ConfirmDialog>
  )
}
