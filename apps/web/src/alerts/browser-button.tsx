'use client'
import { Button } from '@repo/ui/button'
import { msg, t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { alertKeys, createChannel, webPushQuery } from '../api/alert-queries.ts'
import { channelsQuery } from '../api/channels-query.ts'
import { failureText } from '../api/request.ts'
import { pushObstacle, subscribe } from '../push/subscribe.ts'
import { deviceWords } from '../settings/device-words.ts'
import { notify } from '../shell/notices.tsx'
import { useMyId } from './use-names.ts'

/** Which of the channels is this browser, as it remembers it. */
const REMEMBERED = 'push-channel'

const failures = {
  denied: msg('This browser does not permit notifications of this page. Its settings for the site can change that.'),
  unreachable: msg('The push service of this browser cannot be reached.'),
} as const

/** Sets up this browser as a channel of whoever uses it. */
export function BrowserButton({ mayChange }: { mayChange: boolean }) {
  const client = useQueryClient()
  const myId = useMyId()
  const { data: webPush } = useQuery(webPushQuery)
  const obstacle = useObstacle(webPush?.publicKey)
  const isTold = useIsTold()
  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      const made = await subscribe(webPush?.publicKey ?? '')
      if (made.kind !== 'subscribed') throw new Error(t(failures[made.kind]))
      const settings = { ...made.settings }
      const name = deviceWords(navigator.userAgent).slice(0, 100) || t('This browser')
      const channel = await createChannel({ kind: 'web_push', name, userId: myId ?? null, settings })
      localStorage.setItem(REMEMBERED, channel.id)
    },
    onSuccess: () => notify(t('You are told in this browser, also where no page of it is open.')),
    onError: (error) => notify(failureText(error), { failed: true }),
    onSettled: () => client.invalidateQueries({ queryKey: alertKeys.all }),
  })
  const reason = mayChange ? obstacle : undefined
  if (isTold)
    return <p className="flex min-h-8 items-center text-13 text-muted">{t('You are told in this browser.')}</p>
  return (
    <div className="flex max-w-72 flex-col items-end gap-1">
      <Button
        disabled={!mayChange || !webPush || obstacle !== undefined || isPending}
        aria-describedby={mayChange ? 'no-push' : 'no-right'}
        onClick={() => mutate()}
      >
        {t('Tell me in this browser')}
      </Button>
      {reason && (
        <p id="no-push" className="text-right text-12 text-muted">
          {reason}
        </p>
      )}
    </div>
  )
}

/** Known once the page runs in a browser. */
function useObstacle(publicKey: string | null | undefined): string | undefined {
  const [obstacle, setObstacle] = useState<string>()
  useEffect(() => {
    setObstacle(publicKey === null ? t('This instance has no key for notifications: WEB_PUSH_KEY.') : pushObstacle())
  }, [publicKey])
  return obstacle
}

function useIsTold(): boolean {
  const { data: channels } = useQuery(channelsQuery)
  const [remembered, setRemembered] = useState<string | null>(null)
  useEffect(() => {
    if (channels) setRemembered(localStorage.getItem(REMEMBERED))
  }, [channels])
  return channels?.some(({ id }) => id === remembered) ?? false
}
