'use client'
import type { ChannelJson } from '@repo/contracts/alert-channels'
import type { AlertPolicyJson } from '@repo/contracts/alerts'
import { Button } from '@repo/ui/button'
import { Dialog } from '@repo/ui/dialog'
import { rich, t } from '@repo/ui/words'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { alertKeys, changePolicy } from '../api/alert-queries.ts'
import { failureText } from '../api/request.ts'
import { navigate } from '../navigation.ts'
import { FormEnd } from '../settings/form-end.tsx'
import { notify } from '../shell/notices.tsx'
import { useEveryonePolicy } from './use-names.ts'

/** A room that was just set up is told by nobody yet: this is the moment to say who tells it. */
export function AddToEveryone({ channel, onClose }: { channel: ChannelJson; onClose: () => void }) {
  const policy = useEveryonePolicy()
  return (
    <Dialog title={t('{name} is set up', { name: channel.name })} onClose={onClose}>
      {policy ? <Offer channel={channel} policy={policy} onClose={onClose} /> : <NoPolicy onClose={onClose} />}
    </Dialog>
  )
}

interface OfferProps {
  channel: ChannelJson
  policy: AlertPolicyJson
  onClose: () => void
}

function Offer({ channel, policy, onClose }: OfferProps) {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => changePolicy(policy, { rule: withChannel(policy.rule, channel.id) }),
    onSuccess: async () => {
      notify(t('{policy} tells {channel} too.', { policy: policy.name, channel: channel.name }))
      await client.invalidateQueries({ queryKey: alertKeys.all })
      onClose()
    },
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isPending) mutate()
      }}
    >
      <p>
        {rich(
          'It is told nothing until a policy names it. {policy} tells everyone: shall it tell {channel} too, at once?',
          { policy: <strong className="font-bold">{policy.name}</strong>, channel: channel.name },
        )}
      </p>
      <FormEnd
        failure={error ? failureText(error) : undefined}
        isBusy={isPending}
        verb={[t('Add to {policy}', { policy: policy.name }), t('Adding…')]}
        onCancel={onClose}
      />
    </form>
  )
}

function NoPolicy({ onClose }: { onClose: () => void }) {
  return (
    <div className="flex flex-col gap-4">
      <p>{t('It is told nothing until a policy names it.')}</p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('Later')}</Button>
        <Button look="primary" onClick={() => navigate('/alerts/policies?edit=new')}>
          {t('Write a policy')}
        </Button>
      </div>
    </div>
  )
}

/** Told with the first step: whoever is told at once. */
export function withChannel(rule: AlertPolicyJson['rule'], channelId: string): AlertPolicyJson['rule'] {
  const [first, ...others] = rule.steps
  if (!first) return rule
  const targets = [...first.targets, { kind: 'channel' as const, channelId }]
  return { ...rule, steps: [{ ...first, targets }, ...others] }
}
