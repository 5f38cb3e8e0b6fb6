'use client'
import { Button } from '@repo/ui/button'
import { Item, Tag } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
import { rich, t } from '@repo/ui/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { keysQuery, revokeKey, workspaceKeys } from '../api/workspace-queries.ts'
import type { ApiKey } from '../api/workspace-types.ts'
import { notify } from '../shell/notices.tsx'
import { Ago } from '../shell/time.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { CreateKeyDialog } from './create-key-dialog.tsx'
import { dayText } from './day-text.ts'
import { LongList } from './long-list.tsx'
import { Reading } from './reading.tsx'

export function KeysSection() {
  const client = useQueryClient()
  const keys = useQuery(keysQuery)
  const [isCreating, setIsCreating] = useState(false)
  const [going, setGoing] = useState<ApiKey>()
  return (
    <Panel
      title={t('Keys')}
      note={
        <a href="/api/docs" className="text-accent underline underline-offset-2">
          {t('What the API can do')}
        </a>
      }
      action={<Button onClick={() => setIsCreating(true)}>{t('Create a key')}</Button>}
    >
      <Reading query={keys}>
        {(items) =>
          items.length === 0 ? (
            <p className="text-muted">
              {t('None yet. With a key, programs read and change what this workspace watches.')}
            </p>
          ) : (
            <LongList
              label={t('API keys')}
              things={items}
              search={t('Find a key')}
              textOf={({ name, prefix, createdBy, scopes }) => [name, prefix, createdBy, ...scopes].join(' ')}
            >
              {(key) => <KeyItem key={key.id} apiKey={key} onRevoke={() => setGoing(key)} />}
            </LongList>
          )
        }
      </Reading>
      {isCreating && <CreateKeyDialog onClose={() => setIsCreating(false)} />}
      {going && (
        <ConfirmDialog
          title={t('Revoke this key?')}
          verb={[t('Revoke'), t('Revoking…')]}
          act={async () => {
            await revokeKey(going.id)
            notify(t('The key {name} opens nothing any more.', { name: going.name }))
            await client.invalidateQueries({ queryKey: workspaceKeys.keys })
          }}
          onClose={() => setGoing(undefined)}
        >
          {rich('Whatever uses {name} is refused from then on. This cannot be undone.', {
            name: <strong className="font-bold">{going.name}</strong>,
          })}
        </ConfirmDialog>
      )}
    </Panel>
  )
}

function KeyItem({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { name, prefix, scopes, createdBy, createdAt, expiresAt, lastUsedAt } = apiKey
  const isOver = expiresAt !== null && Date.parse(expiresAt) < Date.now()
  return (
    <Item
      title={name}
      tags={
        <>
          <code className="text-13 text-muted">{prefix}…</code>
          {scopes.map((scope) => (
            <Tag key={scope}>{scope}</Tag>
          ))}
        </>
      }
      note={
        <>
          {lastUsedAt ? rich('Used {time}', { time: <Ago at={lastUsedAt} /> }) : t('Never used')}
          {' · '}
          {rich('by {person}, {time}', {
            person: createdBy || t('somebody who is gone'),
            time: <Ago at={createdAt} />,
          })}
          {' · '}
          {expiresAt ? (
            <span className={isOver ? 'text-down-fg' : ''}>
              {isOver ? t('ended {day}', { day: dayText(expiresAt) }) : t('ends {day}', { day: dayText(expiresAt) })}
            </span>
          ) : (
            t('without an end')
          )}
        </>
      }
    >
      <Button aria-label={t('Revoke {name}', { name })} onClick={onRevoke}>
        {t('Revoke')}
      </Button>
    </Item>
  )
}
