'use client'
import type { Coverage } from '@repo/contracts/alerts'
import { Button } from '@repo/ui/button'
import { StatusGlyph } from '@repo/ui/status'
import { rich, t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { accountQuery } from '../api/account-queries.ts'
import { alertKeys, coverageQuery, createChannel, createPolicy } from '../api/alert-queries.ts'
import { channelsQuery } from '../api/channels-query.ts'
import { failureText } from '../api/request.ts'
import { followLink } from '../navigation.ts'
import { notify } from '../shell/notices.tsx'
import { useMay } from '../shell/use-may.ts'
import { MonitorNames } from './monitor-names.tsx'
import { useEveryonePolicy, useMyId } from './use-names.ts'

/** Where something would be down and nobody told, this says so on top, with the shortest way out. */
export function CoverageWarning() {
  const { data: coverage } = useQuery(coverageQuery)
  if (!coverage || coverage.uncovered.count === 0) return null
  return (
    <section
      aria-label={t('Nobody would be told')}
      className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3 rounded-card border border-degraded-fg/60 bg-degraded-tint px-4 py-3 md:px-5"
    >
      <div className="min-w-0 grow basis-64">
        <h2 className="flex items-center gap-2 text-14 font-bold text-degraded-fg">
          <StatusGlyph status="degraded" />
          {headlineOf(coverage)}
        </h2>
        <div className="mt-1 ml-5.5">
          <MonitorNames label={t('Monitors of which nobody would be told')} found={coverage.uncovered} />
        </div>
      </div>
      <WayOut />
    </section>
  )
}

function headlineOf({ monitors, uncovered: { count } }: Coverage): string {
  if (count === monitors) return t('Nobody will be told when something is down.')
  return t(
    '{count, plural, one {Nobody will be told when this is down.} other {Nobody will be told when these # are down.}}',
    { count },
  )
}

/** A channel for whoever looks, where they have none; then a policy that tells everyone, where there is none. */
function WayOut() {
  const mayChange = useMay('member')
  const myId = useMyId()
  const { data: channels } = useQuery(channelsQuery)
  const hasOwn = channels?.some(({ userId, paused }) => userId === myId && !paused)
  if (!mayChange) return <p className="text-13 text-muted">{t('A member, an admin or an owner can change that.')}</p>
  if (channels === undefined || myId === undefined) return null
  return hasOwn ? <TellEveryone /> : <MailMe myId={myId} />
}

function MailMe({ myId }: { myId: string }) {
  const client = useQueryClient()
  const { data: account } = useQuery(accountQuery)
  const { mutate, isPending } = useMutation({
    mutationFn: (to: string) => createChannel({ kind: 'email', name: t('My e-mail'), userId: myId, settings: { to } }),
    onSuccess: ({ settings }) => notify(t('You are told by mail to {to}.', { to: String(settings?.to) })),
    onError: (error) => notify(t('Not set up. {reason}', { reason: failureText(error) }), { failed: true }),
    onSettled: () => client.invalidateQueries({ queryKey: alertKeys.all }),
  })
  if (!account) return null
  if (account.email === null)
    return (
      <p className="text-13">
        {rich('{link} to be told by mail, or add a channel.', {
          link: (
            <a href="/settings" onClick={followLink} className="text-accent underline underline-offset-2">
              {t('Give your address')}
            </a>
          ),
        })}
      </p>
    )
  const { email } = account
  return (
    <Button look="primary" disabled={isPending} onClick={() => mutate(email)}>
      {t('E-mail me')}
    </Button>
  )
}

function TellEveryone() {
  const client = useQueryClient()
  const policy = useEveryonePolicy()
  const { mutate, isPending } = useMutation({
    mutationFn: () => createPolicy({ name: t('Everyone'), rule: everyoneRule }),
    onSuccess: () => notify(t('Everyone is told of all monitors.')),
    onError: (error) => notify(t('Not set up. {reason}', { reason: failureText(error) }), { failed: true }),
    onSettled: () => client.invalidateQueries({ queryKey: alertKeys.all }),
  })
  if (policy)
    return (
      <p className="text-13">
        {rich('No policy is about them: {link}, or write another.', {
          link: (
            <a
              href={`/alerts/policies?edit=${policy.id}`}
              onClick={followLink}
              className="text-accent underline underline-offset-2"
            >
              {t('change {policy}', { policy: policy.name })}
            </a>
          ),
        })}
      </p>
    )
  return (
    <Button look="primary" disabled={isPending} onClick={() => mutate()}>
      {t('Tell everyone of everything')}
    </Button>
  )
}

/** What a new workspace has. */
export const everyoneRule = {
  monitors: { kind: 'all' },
  topics: ['down', 'recovered', 'warning'],
  steps: [{ afterSeconds: 0, targets: [{ kind: 'everyone' }] }],
  repeatEverySeconds: null,
  quiet: null,
  fallbackChannelIds: [],
} satisfies Parameters<typeof createPolicy>[0]['rule']
