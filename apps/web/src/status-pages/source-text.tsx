'use client'
import type { PageComponent } from '@repo/contracts/status-pages'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { groupsQuery } from '../api/alert-queries.ts'
import { monitorQuery } from '../api/queries.ts'

/** What a component is judged by: for whoever writes the page, and nobody else. Its name is asked for where it is looked at. */
export function SourceText({ source, isNamed }: { source: PageComponent['source']; isNamed: boolean }) {
  if (source.kind === 'monitor') return isNamed ? <MonitorText id={source.monitorId} /> : t('Judged by a monitor')
  if (source.kind === 'group') return isNamed ? <GroupText id={source.groupId} /> : t('Judged by a group')
  return source.kind === 'manual' ? t('Judged by hand') : t('The worst of its parts')
}

function MonitorText({ id }: { id: string }) {
  const { data, isError } = useQuery({ ...monitorQuery(id), retry: false })
  if (isError) return t('Its monitor is gone: the public sees it as unknown')
  return t('Judged by the monitor {name}', { name: data?.name ?? '…' })
}

function GroupText({ id }: { id: string }) {
  const { data } = useQuery(groupsQuery)
  const group = data?.find((one) => one.id === id)
  if (data && !group) return t('Its group is gone: the public sees it as unknown')
  return t('Judged by the group {name}', { name: group?.name ?? '…' })
}
