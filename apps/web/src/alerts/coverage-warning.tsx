'use client'
import type { Coverage } from '@repo/contracts/alerts'
import { Button } from '@repo/ui/button'
import { StatusGlyph } from '@repo/ui/status'
import { numberText } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { accountQuery } from '../api/account-queries.ts'
import { alertKeys, channelsQuery, coverageQuery, createChannel, createPolicy } from '../api/alert-queries.ts'
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
      aria-label="Nobody would be told"
      className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3 rounded-card border border-degraded-fg/60 bg-degraded-tint px-4 py-3 md:px-5"
    >
      <div className="min-w-0 grow basis-64">
        <h2 className="flex items-center gap-2 text-14 font-bold text-degraded-fg">
          <StatusGlyph status="degraded" />
          {headlineOf(coverage)}
        </h2>
        <div className="mt-1 ml-5.5">
          <MonitorNames label="Monitors of which nobody would be told" found={coverage.uncovered} />
        </div>
      </div>
      <WayOut />
    </section>
  )
}

function headlineOf({ monitors, uncovered: { count } }: Coverage): string {
  if (count === monitors) return 'Nobody will be told when something is down.'
  return `Nobody will be told when ${count === 1 ? 'this is' : `these ${numberText(count)} are`} down.`
}

/** A channel for whoever looks, where they have none; then a policy that tells everyone, where there is none. */
function WayOut() {
  const mayChange = useMay('member')
  const myId = useMyId()
  const { data: channels } = useQuery(channelsQuery)
  const hasOwn = channels?.some(({ userId, paused }) => userId === myId && !paused)
  if (!mayChange) return <p className="text-13 text-muted">A member, an admin or an owner can change that.</p>
  if (channels === undefined || myId === undefined) return null
  return hasOwn ? <TellEveryone /> : <MailMe myId={myId} />
}

function MailMe({ myId }: { myId: string }) {
  const client = useQueryClient()
  const { data: account } = useQuery(accountQuery)
  const { mutate, isPending } = useMutation({
    mutationFn: (to: string) => createChannel({ kind: 'email', name: 'My e-mail', userId: myId, settings: { to } }),
    onSuccess: ({ settings }) => notify(`You are told by mail to ${settings?.to}.`),
    onError: (error) => notify(`Not set up. ${failureText(error)}`, { failed: true }),
    onSettled: () => client.invalidateQueries({ queryKey: alertKeys.all }),
  })
  if (!account) return null
  if (account.email === null)
    return (
      <p className="text-13">
        <a href="/settings" onClick={followLink} className="text-accent underline underline-offset-2">
          Give your address
        </a>{' '}
        to be told by mail, or add a channel.
      </p>
    )
  const { email } = account
  return (
    <Button look="primary" disabled={isPending} onClick={() => mutate(email)}>
      E-mail me
    </Button>
  )
}

function TellEveryone() {
  const client = useQueryClient()
  const policy = useEveryonePolicy()
  const { mutate, isPending } = useMutation({
    mutationFn: () => createPolicy({ name: 'Everyone', rule: everyoneRule }),
    onSuccess: () => notify('Everyone is told of all monitors.'),
    onError: (error) => notify(`Not set up. ${failureText(error)}`, { failed: true }),
    onSettled: () => client.invalidateQueries({ queryKey: alertKeys.all }),
  })
  if (policy)
    return (
      <p className="text-13">
        No policy is about them:{' '}
        <a
          href={`/alerts/policies?edit=${policy.id}`}
          onClick={followLink}
          className="text-accent underline underline-offset-2"
        >
          change {policy.name}
        </a>
        , or write another.
      </p>
    )
  return (
    <Button look="primary" disabled={isPending} onClick={() => mutate()}>
      Tell everyone of everything
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
