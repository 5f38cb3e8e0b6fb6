'use client'
import { Button } from '@repo/ui/button'
import { Panel } from '@repo/ui/panel'
import { rich, t } from '@repo/ui/words'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { TestAnswer } from '../alerts/channel-item.tsx'
import { alertKeys, changeDigest, digestQuery, testDigest } from '../api/alert-queries.ts'
import type { Digest } from '../api/alert-types.ts'
import { failureText } from '../api/request.ts'
import { notify } from '../shell/notices.tsx'
import { Clock } from '../shell/time.tsx'
import { Reading } from './reading.tsx'

/** The mail about the week of this workspace, as oneself gets it or does not. */
export function DigestPanel() {
  const digest = useQuery(digestQuery)
  return (
    <Panel title={t('Weekly mail')} note={t('about this workspace, on Monday at eight')}>
      <Reading query={digest}>{(data) => <Choice digest={data} />}</Reading>
    </Panel>
  )
}

function Choice({ digest }: { digest: Digest }) {
  const client = useQueryClient()
  const { enabled, email } = digest
  // What was chosen is shown at once, and not only once the request is known to be on its way.
  const [wanted, setWanted] = useState<boolean>()
  const choose = useMutation({
    mutationFn: changeDigest,
    onSuccess: (changed) => client.setQueryData(alertKeys.digest, changed),
    onError: (error) => notify(t('Not changed. {reason}', { reason: failureText(error) }), { failed: true }),
    onSettled: () => setWanted(undefined),
  })
  const test = useMutation({ mutationFn: testDigest })
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-2">
        <label className="flex min-h-6 cursor-pointer items-center gap-2 pointer-coarse:min-h-11">
          <input
            type="checkbox"
            checked={wanted ?? enabled}
            onChange={(event) => {
              setWanted(event.currentTarget.checked)
              choose.mutate(event.currentTarget.checked)
            }}
            className="size-4 accent-fg"
          />
          {t('Send it to me')}
        </label>
        <Button disabled={email === null || test.isPending} onClick={() => test.mutate()}>
          {test.isPending ? t('Sending…') : t('Send one now')}
        </Button>
      </div>
      <p className="text-13 text-muted [overflow-wrap:anywhere]">
        <WhenAndWhere digest={digest} />
      </p>
      <div role="status" className="text-13">
        {test.data && <TestAnswer test={test.data} />}
      </div>
      {test.error && (
        <p role="alert" className="text-13 text-down-fg">
          {failureText(test.error)}
        </p>
      )}
    </div>
  )
}

function WhenAndWhere({ digest: { enabled, email, nextAt, timeZone } }: { digest: Digest }) {
  if (email === null) return t('Your account has no address: give one above.')
  if (!enabled) return t('You get none.')
  if (nextAt === null) return t('This instance was not told how to send mail.')
  return (
    <>
      {rich('To {email}, next {time}; by the clocks of {timeZone}.', {
        email,
        time: <Clock at={nextAt} />,
        timeZone: <span className="num">{timeZone}</span>,
      })}
    </>
  )
}
