'use client'
import type { Group } from '@repo/contracts/groups'
import { Button } from '@repo/ui/button'
import { StatusLabel } from '@repo/ui/status'
import { locale, rich, t } from '@repo/ui/words'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { readMore } from '../api/read-more.ts'
import { useSearchParam } from '../navigation.ts'
import { ConfirmDialog } from '../settings/confirm-dialog.tsx'
import { Reading } from '../settings/reading.tsx'
import { Breadcrumb } from '../shell/breadcrumb.tsx'
import { notify } from '../shell/notices.tsx'
import { usePageName } from '../shell/page-name.ts'
import { LastedSince } from '../shell/time.tsx'
import { useMay } from '../shell/use-may.ts'
import { GroupOutages } from './group-outages.tsx'
import { deleteGroup, groupsKey, groupsQuery } from './group-queries.ts'
import { membersText, ruleText } from './group-words.ts'

const GroupDialog = dynamic(() => import('./group-dialog.tsx').then((module) => module.GroupDialog))

type Open = { kind: 'create' } | { kind: 'edit' | 'delete'; group: Group }

/** What several monitors together stand for. */
export function GroupsView() {
  usePageName(t('Groups'))
  const query = useInfiniteQuery(groupsQuery)
  const mayChange = useMay('member')
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  return (
    <>
      <Breadcrumb href="/monitors" text={t('Monitors')} />
      <header className="mb-5 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div>
          <h1 className="text-28 font-bold tracking-[-0.02em]">{t('Groups')}</h1>
          <p className="mt-1 text-muted">{t('A group stands for one thing that several monitors make up.')}</p>
        </div>
        <Button
          look="primary"
          disabled={!mayChange}
          aria-describedby={mayChange ? undefined : 'group-reason'}
          onClick={() => setOpen({ kind: 'create' })}
        >
          {t('Make a group')}
        </Button>
        {!mayChange && (
          <p id="group-reason" className="w-full text-right text-12 text-muted">
            {t('It takes the role member to make groups.')}
          </p>
        )}
      </header>
      <Reading query={query}>
        {({ pages }) => (
          <GroupList
            groups={pages.flatMap(({ items }) => items).toSorted(byName)}
            mayChange={mayChange}
            onOpen={setOpen}
          />
        )}
      </Reading>
      {query.hasNextPage && (
        <Button className="mt-4" disabled={query.isFetchingNextPage} onClick={() => void readMore(query)}>
          {t('Show more')}
        </Button>
      )}
      {open?.kind === 'create' && <GroupDialog onClose={close} />}
      {open?.kind === 'edit' && <GroupDialog group={open.group} onClose={close} />}
      {open?.kind === 'delete' && <DeleteGroup group={open.group} onClose={close} />}
    </>
  )
}

function byName({ name: a }: Group, { name: b }: Group): number {
  return a.localeCompare(b, locale(), { numeric: true })
}

interface GroupListProps {
  groups: readonly Group[]
  mayChange: boolean
  onOpen: (open: Open) => void
}

function GroupList({ groups, ...row }: GroupListProps) {
  if (groups.length === 0) {
    return (
      <p className="border-line border-t pt-6 text-16">
        {t('No group yet. Two servers behind one name, say, of which one is enough.')}
      </p>
    )
  }
  return (
    <ul aria-label={t('Groups')}>
      {groups.map((group) => (
        <GroupRow key={group.id} group={group} {...row} />
      ))}
    </ul>
  )
}

function GroupRow({ group, mayChange, onOpen }: Omit<GroupListProps, 'groups'> & { group: Group }) {
  const [shown, setShown] = useSearchParam('outages')
  const isShown = shown === group.id
  return (
    <li className="border-line border-t py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <div className="min-w-0 grow basis-72">
          <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <StatusLabel status={group.status} />
            <span className="font-medium [overflow-wrap:anywhere]">{group.name}</span>
            {group.outage && (
              <span className="text-13 text-down-fg">
                {rich('for {time}', { time: <LastedSince at={group.outage.beganAt} /> })}
              </span>
            )}
          </p>
          <p className="mt-0.5 text-13 text-muted">
            {ruleText(group)} · <span className="num">{membersText(group.members)}</span>
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button
            look="quiet"
            aria-label={t('Outages of {name}', { name: group.name })}
            aria-expanded={isShown}
            onClick={() => setShown(isShown ? '' : group.id)}
          >
            {t('Outages')}
          </Button>
          <Button
            aria-label={t('Edit {name}', { name: group.name })}
            disabled={!mayChange}
            onClick={() => onOpen({ kind: 'edit', group })}
          >
            {t('Edit')}
          </Button>
          <Button
            aria-label={t('Delete {name}', { name: group.name })}
            disabled={!mayChange}
            onClick={() => onOpen({ kind: 'delete', group })}
          >
            {t('Delete')}
          </Button>
        </div>
      </div>
      {isShown && <GroupOutages group={group} />}
    </li>
  )
}

/** Its outages go with it, which nothing brings back: it is asked about. */
function DeleteGroup({ group, onClose }: { group: Group; onClose: () => void }) {
  const client = useQueryClient()
  return (
    <ConfirmDialog
      title={t('Delete this group?')}
      verb={[t('Delete'), t('Deleting…')]}
      act={async () => {
        await deleteGroup(group.id)
        notify(t('{name} is deleted.', { name: group.name }))
        await client.invalidateQueries({ queryKey: groupsKey })
      }}
      onClose={onClose}
    >
      {rich('{name} and its outages will be gone. Its monitors stay.', {
        name: <strong className="font-bold">{group.name}</strong>,
      })}
    </ConfirmDialog>
  )
}
