'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { msg, t } from '@repo/ui/words'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { failureText } from '../api/request.ts'
import { showWish } from '../api/wishes.ts'
import { notify, UNDO_MS } from '../shell/notices.tsx'
import { BULK_PATH, type BulkAnswer, carryOut } from './bulk-queries.ts'
import { giveBack, holdBack } from './held-back.ts'

type Flip = 'pause' | 'resume'
export type TagDeed = 'tag' | 'untag'

/** Changes many monitors in one request: shown before it is answered, and taken back with the reason where it is refused. */
export function useBulk(onDone: () => void) {
  const client = useQueryClient()
  const [doing, setDoing] = useState('')

  async function run(deed: Deed): Promise<void> {
    setDoing(deed.doing)
    try {
      await carryOutShown(client, deed)
      onDone()
    } catch (error) {
      notify(t('Nothing was changed. {reason}', { reason: failureText(error) }), { failed: true })
    } finally {
      setDoing('')
    }
  }

  return {
    doing,
    flip: (ids: ReadonlySet<string>, action: Flip) => run(flipDeed(client, ids, action)),
    tag: (ids: ReadonlySet<string>, action: TagDeed, tags: string[]) =>
      carryOutShown(client, tagDeed(ids, action, tags)),
    remove: (ids: ReadonlySet<string>) => {
      removeSoon(client, ids)
      onDone()
    },
  }
}

const doneTexts = {
  pause: msg('{count, plural, one {# monitor is} other {# monitors are}} paused.'),
  resume: msg('{count, plural, one {# monitor is} other {# monitors are}} resumed.'),
  tag: msg('{count, plural, one {# monitor is} other {# monitors are}} tagged.'),
  untag: msg('{count, plural, one {# monitor is} other {# monitors are}} without it now.'),
  delete: msg('{count, plural, one {# monitor is} other {# monitors are}} deleted.'),
} as const

interface Deed {
  ids: ReadonlySet<string>
  doing: string
  change: (monitor: Monitor) => Monitor
  send: () => Promise<BulkAnswer>
  tell: (answer: BulkAnswer) => void
}

async function carryOutShown(client: QueryClient, { ids, change, send, tell }: Deed): Promise<void> {
  const wished = showWish(client, ids, change)
  try {
    const answer = await send()
    wished.grant()
    tell(answer)
  } catch (error) {
    wished.takeBack()
    throw error
  } finally {
    void client.invalidateQueries({ queryKey: ['monitors'] })
  }
}

function flipDeed(client: QueryClient, ids: ReadonlySet<string>, action: Flip): Deed {
  const [status, done] = action === 'pause' ? (['paused', 'paused'] as const) : (['unknown', 'resumed'] as const)
  return {
    ids,
    doing: action === 'pause' ? t('Pausing…') : t('Resuming…'),
    change: (monitor) =>
      (monitor.status === 'paused') === (action === 'pause') ? monitor : { ...monitor, status, cause: null },
    send: () => carryOut({ action, ids: [...ids] }),
    tell: ({ items }) => {
      const changed = new Set(items.filter(({ result }) => result === done).map(({ id }) => id))
      if (changed.size === 0)
        return notify(action === 'pause' ? t('They were paused already.') : t('They were resumed already.'))
      const back = action === 'pause' ? 'resume' : 'pause'
      const run = () => void carryOutShown(client, flipDeed(client, changed, back)).catch(tellFailure)
      notify(t(doneTexts[action], { count: changed.size }), {
        action: { text: t('Undo'), run },
      })
    },
  }
}

function tagDeed(ids: ReadonlySet<string>, action: TagDeed, tags: string[]): Deed {
  return {
    ids,
    doing: t('Saving…'),
    change: (monitor) => ({
      ...monitor,
      tags:
        action === 'tag' ? [...new Set([...monitor.tags, ...tags])] : monitor.tags.filter((tag) => !tags.includes(tag)),
    }),
    send: () => carryOut({ action, ids: [...ids], tags }),
    tell: ({ items }) => {
      const changed = items.filter(({ result }) => result === 'tagged' || result === 'untagged').length
      notify(t(doneTexts[action], { count: changed }))
    },
  }
}

/**
 * A deleted monitor takes its history with it and nothing brings that back, so it is only held back at first: it is deleted when
 * the time to take that back is over, or the page is left.
 */
function removeSoon(client: QueryClient, ids: ReadonlySet<string>): void {
  holdBack(ids)
  const body = { action: 'delete' as const, ids: [...ids] }
  const stop = () => {
    clearTimeout(timer)
    removeEventListener('pagehide', leave)
  }
  const leave = () => {
    stop()
    navigator.sendBeacon(BULK_PATH, new Blob([JSON.stringify(body)], { type: 'application/json' }))
  }
  const timer = setTimeout(() => {
    stop()
    void carryOut(body)
      .catch(tellFailure)
      .then(() => client.invalidateQueries({ queryKey: ['monitors'] }))
      .finally(() => giveBack(ids))
  }, UNDO_MS)
  addEventListener('pagehide', leave)
  const run = () => {
    stop()
    giveBack(ids)
  }
  notify(t(doneTexts.delete, { count: ids.size }), { action: { text: t('Undo'), run } })
}

function tellFailure(error: unknown): void {
  notify(t('Nothing was changed. {reason}', { reason: failureText(error) }), { failed: true })
}

export function monitorsText(count: number): string {
  return t('{count, plural, one {# monitor} other {# monitors}}', { count })
}
