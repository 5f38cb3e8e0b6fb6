'use client'
import type { Monitor, MonitorPage } from '@repo/contracts/monitors'
import { leavesAndParents, type PageContent, type StatusPage } from '@repo/contracts/status-pages'
import { Button } from '@repo/ui/button'
import { numberText, t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { failureText, request } from '../api/request.ts'
import { followLink, navigate } from '../navigation.ts'
import { Reading } from '../settings/reading.tsx'
import { notify } from '../shell/notices.tsx'
import { usePageName } from '../shell/page-name.ts'
import { Ago } from '../shell/time.tsx'
import { useMay } from '../shell/use-may.ts'
import { firstContent } from './page-draft.ts'
import { createStatusPage, pagesKey, publicPath, statusPagesQuery } from './page-queries.ts'

/** What the public is told, page by page. */
export function StatusPagesScreen() {
  usePageName(t('Status pages'))
  const query = useQuery(statusPagesQuery)
  const mayChange = useMay('member')
  const create = useCreate()
  const begin = (monitors: readonly Monitor[] = []) => create.mutate(firstContent(t('Status'), monitors))
  return (
    <>
      <header className="mb-5 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div>
          <h1 className="text-28 font-bold tracking-[-0.02em]">{t('Status pages')}</h1>
          <p className="mt-1 text-muted">
            {t('What the public is told of your service, also while everything else is down.')}
          </p>
        </div>
        <div className="flex flex-col items-end gap-1">
          <Button
            look="primary"
            disabled={!mayChange || create.isPending}
            aria-describedby={mayChange ? undefined : 'create-reason'}
            onClick={() => begin()}
          >
            {t('New status page')}
          </Button>
          {!mayChange && (
            <p id="create-reason" className="text-12 text-muted">
              {t('It takes the role member to write status pages.')}
            </p>
          )}
        </div>
      </header>
      <Reading query={query}>
        {(pages) =>
          pages.length === 0 ? (
            <NoPage mayChange={mayChange} isBusy={create.isPending} onBegin={begin} />
          ) : (
            <ul aria-label={t('Status pages')} className="rounded-card border border-line bg-surface">
              {pages.map((page) => (
                <PageItem key={page.id} page={page} />
              ))}
            </ul>
          )
        }
      </Reading>
    </>
  )
}

function useCreate() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (content: PageContent) => createStatusPage(content),
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: pagesKey })
      navigate(`/status-pages/${id}`)
    },
    onError: (error) => notify(t('Nothing was changed. {reason}', { reason: failureText(error) }), { failed: true }),
  })
}

function PageItem({ page }: { page: StatusPage }) {
  const { id, slug, publishedSlug, draft, publishedAt, publishedBy, hasChanges } = page
  const count = leavesAndParents(draft.sections).length
  return (
    <li className="relative flex flex-wrap items-center gap-x-6 gap-y-1 border-line border-t px-4 py-3 first:border-t-0 hover:bg-hover">
      <div className="min-w-0 grow basis-64">
        <a
          href={`/status-pages/${id}`}
          onClick={followLink}
          className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {draft.title}
        </a>
        <span className="num block truncate text-12 text-muted">{publicPath(publishedSlug ?? slug)}</span>
      </div>
      <span className="text-13 text-muted">
        {t('{count, plural, one {# component} other {# components}}', { count: numberText(count) })}
      </span>
      <span className="text-13">
        {publishedAt === null ? (
          <span className="text-muted">{t('Draft')}</span>
        ) : (
          <>
            {hasChanges ? t('Published, with changes since') : t('Published')}{' '}
            <span className="text-muted">
              <Ago at={publishedAt} /> {publishedBy !== null && t('by {name}', { name: publishedBy })}
            </span>
          </>
        )}
      </span>
      {publishedSlug !== null && (
        <a
          href={publicPath(publishedSlug)}
          target="_blank"
          rel="noopener"
          className="relative text-13 text-accent underline"
        >
          {t('Open')}
          <span className="sr-only"> {draft.title}</span>
        </a>
      )}
    </li>
  )
}

const SUGGESTED = 3

interface NoPageProps {
  mayChange: boolean
  isBusy: boolean
  onBegin: (monitors: readonly Monitor[]) => void
}

/** What it is for, and a page of the first monitors to begin with. */
function NoPage({ mayChange, isBusy, onBegin }: NoPageProps) {
  const { data: monitors = [] } = useQuery({
    queryKey: ['monitors', 'first', SUGGESTED],
    queryFn: async ({ signal }) =>
      (await request<MonitorPage>(`/api/v1/monitors?limit=${SUGGESTED}&sort=name&recent=0`, { signal })).items,
  })
  return (
    <div className="border-line border-t pt-6">
      <p className="text-16">{t('There is no status page yet.')}</p>
      <p className="mt-1 max-w-prose text-muted">
        {t('People look there first when something does not work. Nobody sees it before you publish it.')}
      </p>
      {monitors.length > 0 && (
        <div className="mt-4 flex flex-wrap items-center gap-3">
          <Button disabled={!mayChange || isBusy} onClick={() => onBegin(monitors)}>
            {t('Begin with these')}
          </Button>
          <p className="min-w-0 truncate text-muted">{monitors.map(({ name }) => name).join(', ')}</p>
        </div>
      )}
    </div>
  )
}
