'use client'
import type { ChannelJson } from '@repo/contracts/alert-channels'
import { Button } from '@repo/ui/button'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { channelsQuery } from '../api/channels-query.ts'
import { LongList } from '../settings/long-list.tsx'
import { Reading } from '../settings/reading.tsx'
import { useMay } from '../shell/use-may.ts'
import { AddToEveryone } from './add-to-everyone.tsx'
import { BrowserButton } from './browser-button.tsx'
import { ChannelItem } from './channel-item.tsx'
import { kindName } from './channel-kinds.ts'
import { channelHealth } from './channel-words.ts'
import { DeleteChannelDialog } from './delete-channel-dialog.tsx'
import { NoRight } from './no-right.tsx'

const ChannelDialog = dynamic(() => import('./channel-dialog.tsx').then((module) => module.ChannelDialog))

type Overlay = { kind: 'none' } | { kind: 'create' } | { kind: 'offer' | 'edit' | 'delete'; channel: ChannelJson }

export function ChannelsSection() {
  const channels = useQuery(channelsQuery)
  const mayChange = useMay('member')
  const [overlay, setOverlay] = useState<Overlay>({ kind: 'none' })
  const close = () => setOverlay({ kind: 'none' })
  /** A room is told by nobody until a policy names it. */
  const onMade = (channel: ChannelJson) =>
    setOverlay(channel.userId === null ? { kind: 'offer', channel } : { kind: 'none' })
  return (
    <Panel
      title={t('Channels')}
      note={t('ways to tell people')}
      action={
        <div className="flex flex-wrap gap-2">
          <BrowserButton mayChange={mayChange} />
          <Button
            look="primary"
            disabled={!mayChange}
            aria-describedby={mayChange ? undefined : 'no-right'}
            onClick={() => setOverlay({ kind: 'create' })}
          >
            {t('Add a channel')}
          </Button>
        </div>
      }
    >
      {!mayChange && <NoRight />}
      <Reading query={channels}>
        {(items) =>
          items.length === 0 ? (
            <p className="text-muted">
              {t('None yet. An address, a room or a telephone: by a channel people hear of what is down.')}
            </p>
          ) : (
            <LongList
              label={t('Channels')}
              things={inOrder(items)}
              search={t('Find a channel')}
              textOf={(one) => [one.name, kindName(one.kind), channelHealth(one).word].join(' ')}
            >
              {(channel) => (
                <ChannelItem
                  key={channel.id}
                  channel={channel}
                  mayChange={mayChange}
                  onEdit={() => setOverlay({ kind: 'edit', channel })}
                  onDelete={() => setOverlay({ kind: 'delete', channel })}
                />
              )}
            </LongList>
          )
        }
      </Reading>
      {overlay.kind === 'create' && <ChannelDialog onMade={onMade} onClose={close} />}
      {overlay.kind === 'edit' && <ChannelDialog channel={overlay.channel} onMade={close} onClose={close} />}
      {overlay.kind === 'offer' && <AddToEveryone channel={overlay.channel} onClose={close} />}
      {overlay.kind === 'delete' && <DeleteChannelDialog channel={overlay.channel} onClose={close} />}
    </Panel>
  )
}

/** What needs somebody stands on top; the others by their names. */
function inOrder(channels: readonly ChannelJson[]): ChannelJson[] {
  const weight = (channel: ChannelJson) => (channelHealth(channel).status === 'down' ? 0 : 1)
  return channels.toSorted((a, b) => weight(a) - weight(b) || a.name.localeCompare(b.name, 'en', { numeric: true }))
}
