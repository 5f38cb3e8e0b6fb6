'use client'
import type { ChannelJson } from '@repo/contracts/alert-channels'
import type { ChannelUses } from '@repo/contracts/alerts'
import { rich, t } from '@repo/ui/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { channelUsesQuery, deleteChannel, refreshWithout } from '../api/alert-queries.ts'
import { ConfirmDialog } from '../settings/confirm-dialog.tsx'
import { Reading } from '../settings/reading.tsx'
import { notify } from '../shell/notices.tsx'
import { MonitorNames } from './monitor-names.tsx'

/** Says what would be lost with it, before it is. */
export function DeleteChannelDialog({ channel, onClose }: { channel: ChannelJson; onClose: () => void }) {
  const client = useQueryClient()
  const uses = useQuery(channelUsesQuery(channel.id))
  return (
    <ConfirmDialog
      title={t('Delete this channel?')}
      verb={[t('Delete'), t('Deleting…')]}
      act={async () => {
        await deleteChannel(channel)
        notify(t('{name} is deleted.', { name: channel.name }))
        await refreshWithout(client, channel.id)
      }}
      onClose={onClose}
    >
      <p className="mb-3">
        {rich(
          '{channel} and the log of what was told by it will be gone. To have it told nothing for a while, pause it.',
          { channel: <strong className="font-bold">{channel.name}</strong> },
        )}
      </p>
      <Reading query={uses}>{(found) => <Losses uses={found} />}</Reading>
    </ConfirmDialog>
  )
}

function Losses({ uses: { policies, uncovered } }: { uses: ChannelUses }) {
  if (policies.length === 0 && uncovered.count === 0)
    return <p className="text-muted">{t('No policy names it, and everything else is still told.')}</p>
  return (
    <div className="flex flex-col gap-3">
      {policies.length > 0 && (
        <div>
          <p className="font-medium">{t('Policies that name it')}</p>
          <ul aria-label={t('Policies that name it')} className="text-13">
            {policies.map(({ id, name, as }) => (
              <li key={id}>
                {name}{' '}
                <span className="text-muted">
                  {as.map((use) => (use === 'step' ? t('tells it') : t('where another fails'))).join(', ')}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {uncovered.count > 0 && (
        <div>
          <p className="font-medium text-down-fg">{t('Nobody would be told any more that these are down')}</p>
          <MonitorNames label={t('Monitors without coverage')} found={uncovered} />
        </div>
      )}
    </div>
  )
}
