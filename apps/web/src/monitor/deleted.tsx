'use client'
import { buttonClass } from '@repo/ui/button'
import { rich, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { AuditPage } from '../api/workspace-types.ts'
import { followLink } from '../navigation.ts'
import { Clock } from '../shell/time.tsx'
import { useMay } from '../shell/use-may.ts'

/** A monitor that went while somebody looked at it; who may read the log is told by whom. */
export function Deleted({ id, name }: { id: string; name: string }) {
  const { data } = useQuery({
    queryKey: ['audit', 'deleted', id],
    queryFn: ({ signal }) => findDeletion(id, signal),
    enabled: useMay('admin'),
  })
  const entry = data ?? undefined
  return (
    <div role="alert" className="flex max-w-120 flex-col gap-4 pt-16">
      <h1 className="text-28 font-bold tracking-[-0.02em] break-words">{t('{name} was deleted.', { name })}</h1>
      <p className="text-muted">
        {entry
          ? rich('{person} deleted it at {time}. Its checks are gone too.', {
              person: entry.actor.name ?? t('Somebody'),
              time: <Clock at={entry.at} />,
            })
          : t('Somebody of your workspace deleted it while you looked at it. Its checks are gone too.')}
      </p>
      <p>
        <a href="/monitors" onClick={followLink} className={buttonClass('primary')}>
          {t('Go to the monitors')}
        </a>
      </p>
    </div>
  )
}

/** It went by itself, or as one of many: what was done to many at once is written down once. It has just happened, so it is among the newest. */
async function findDeletion(id: string, signal: AbortSignal): Promise<AuditPage['items'][number] | null> {
  const read = (asked: string) => request<AuditPage>(`/api/v1/audit?${asked}`, { signal })
  const [own] = (await read(`limit=1&action=monitor.deleted&subjectId=${encodeURIComponent(id)}`)).items
  if (own) return own
  const { items } = await read('limit=20&action=monitor.bulk_deleted')
  return items.find(({ after }) => Array.isArray(after?.ids) && after.ids.includes(id)) ?? null
}
