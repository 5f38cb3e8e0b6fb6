'use client'
import { Button } from '@repo/ui/button'
import { DataRow, DataTable } from '@repo/ui/data-table'
import { Panel } from '@repo/ui/panel'
import { msg, t } from '@repo/ui/words'
import { useInfiniteQuery } from '@tanstack/react-query'
import { readMore } from '../api/read-more.ts'
import { auditQuery } from '../api/workspace-queries.ts'
import type { AuditEntry } from '../api/workspace-types.ts'
import { useSearchParam } from '../navigation.ts'
import { Clock } from '../shell/time.tsx'
import { actionNames, actionText, changeLines } from './audit-words.ts'
import { deviceWords } from './device-words.ts'
import { Reading } from './reading.tsx'

const columns = [msg('When'), msg('Who'), msg('What'), msg('From')]
/** Where the screen is narrow, the last stands with the one before it. */
const wideOnly = [msg('From')]

export function AuditSection() {
  const [action, setAction] = useSearchParam('action')
  const log = useInfiniteQuery(auditQuery(action))
  return (
    <Panel
      title={t('What was changed here')}
      note={t('newest first')}
      action={<ActionFilter value={action} onChange={setAction} />}
    >
      <Reading query={log}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.items)
          if (entries.length === 0)
            return (
              <p className="text-muted">
                {action ? t('Nothing of this kind was done.') : t('Nothing was changed yet.')}
              </p>
            )
          return (
            <DataTable
              label={t('Audit log')}
              columns={columns.map((name) => t(name))}
              wideOnly={wideOnly.map((name) => t(name))}
            >
              {entries.map((entry) => (
                <EntryRow key={entry.id} entry={entry} />
              ))}
            </DataTable>
          )
        }}
      </Reading>
      {log.hasNextPage && (
        <div className="mt-3">
          <Button onClick={() => void readMore(log)} disabled={log.isFetchingNextPage}>
            {log.isFetchingNextPage ? t('Reading…') : t('Older entries')}
          </Button>
        </div>
      )}
    </Panel>
  )
}

function ActionFilter({ value, onChange }: { value: string; onChange: (action: string) => void }) {
  // An action that this page does not know yet can stand in the address all the same.
  const known = value && !(value in actionNames) ? [value] : []
  return (
    <select
      aria-label={t('Show')}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      className="h-8 max-w-full rounded-control border border-control bg-surface px-2 text-13 pointer-coarse:h-11"
    >
      <option value="">{t('Everything')}</option>
      {[...Object.keys(actionNames), ...known].map((action) => (
        <option key={action} value={action}>
          {actionText(action)}
        </option>
      ))}
    </select>
  )
}

function EntryRow({ entry: { at, actor, action, subject, before, after, from } }: { entry: AuditEntry }) {
  const lines = changeLines(before, after)
  return (
    <DataRow>
      <td>
        <Clock at={at} />
      </td>
      <td>
        <span className="block max-w-40 truncate max-md:max-w-20" title={actor.name}>
          {actor.kind === 'system' ? 'BetterUptime' : actor.name}
        </span>
      </td>
      <td title={subject.id ?? undefined} className="w-full min-w-32 whitespace-normal! max-md:pr-4!">
        <span className="font-medium">{actionText(action)}</span>
        {lines.map(({ name, text }) => (
          <span key={name} translate="no" className="block [overflow-wrap:anywhere]">
            <span className="text-muted">{name}:</span> {text}
          </span>
        ))}
        <span className="block text-muted md:hidden">
          <From {...from} />
        </span>
      </td>
      <td className="text-muted max-md:hidden" title={from.userAgent}>
        <From {...from} />
      </td>
    </DataRow>
  )
}

function From({ address, userAgent }: AuditEntry['from']) {
  return (
    <>
      <span className="num block">{address}</span>
      <span className="block text-12">{deviceWords(userAgent)}</span>
    </>
  )
}
