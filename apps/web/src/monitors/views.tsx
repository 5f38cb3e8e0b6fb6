'use client'
import { type View, viewLimits } from '@repo/contracts/views'
import { Button } from '@repo/ui/button'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionQuery } from '../api/queries.ts'
import { failureText } from '../api/request.ts'
import { Choice } from '../form/choice.tsx'
import { navigate } from '../navigation.ts'
import { viewDeeds, viewsQuery } from './view-queries.ts'

type Naming = { readonly kind: 'new' } | { readonly kind: 'rename'; readonly view: View }

/** Filters by a name, that the account keeps. */
export function Views() {
  const workspaceId = useQuery(sessionQuery).data?.workspace.id ?? ''
  const client = useQueryClient()
  const { data: views = [], error, refetch, isPending } = useQuery(viewsQuery(workspaceId))
  const [naming, setNaming] = useState<Naming>()
  const search = location.search.slice(1)
  const current = views.find((view) => view.search === search)
  const deeds = viewDeeds(client, workspaceId)
  async function save(name: string): Promise<void> {
    if (naming?.kind === 'rename') await deeds.rename(naming.view, name)
    else await deeds.create(name, search)
  }
  if (error)
    return (
      <p role="alert" className="flex flex-wrap items-center gap-2 text-13 text-muted md:ml-auto">
        {t('Saved views cannot be read. {reason}', { reason: failureText(error) })}
        <Button onClick={() => void refetch()}>{t('Retry')}</Button>
      </p>
    )
  return (
    <div className="flex flex-wrap items-center gap-2 md:ml-auto">
      {views.length > 0 && !naming && (
        <Choice
          label={t('Saved views')}
          value={current?.name ?? ''}
          onChange={(name) => navigate(pathOf(views.find((view) => view.name === name)?.search ?? ''))}
          className="max-w-52"
        >
          <option value="">{t('Saved views')}</option>
          {views.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </Choice>
      )}
      {naming ? (
        <NameForm
          name={naming.kind === 'rename' ? naming.view.name : ''}
          onSave={(name) => {
            setNaming(undefined)
            void save(name)
          }}
          onCancel={() => setNaming(undefined)}
        />
      ) : current ? (
        <>
          <Button look="quiet" disabled={!current.id} onClick={() => setNaming({ kind: 'rename', view: current })}>
            {t('Rename this view')}
          </Button>
          <Button look="quiet" disabled={!current.id} onClick={() => void deeds.remove(current)}>
            {t('Forget this view')}
          </Button>
        </>
      ) : (
        search !== '' && !isPending && <SaveButton count={views.length} onPress={() => setNaming({ kind: 'new' })} />
      )}
    </div>
  )
}

function SaveButton({ count, onPress }: { count: number; onPress: () => void }) {
  const isFull = count >= viewLimits.count
  const reason = t('There are {count} views: forget one first.', { count })
  return (
    <Button disabled={isFull} title={isFull ? reason : undefined} onClick={onPress}>
      {t('Save this view')}
    </Button>
  )
}

interface NameFormProps {
  name: string
  onSave: (name: string) => void
  onCancel: () => void
}

function NameForm({ name, onSave, onCancel }: NameFormProps) {
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel()
      }}
      onSubmit={(event) => {
        event.preventDefault()
        const text = String(new FormData(event.currentTarget).get('name')).trim()
        if (text) onSave(text)
      }}
    >
      <TextField
        id="view-name"
        name="name"
        label={t('Name of the view')}
        defaultValue={name}
        maxLength={viewLimits.nameLength}
        autoComplete="off"
        autoFocus
        required
      />
      <Button type="submit" className="h-9">
        {t('Save')}
      </Button>
      <Button look="quiet" className="h-9" onClick={onCancel}>
        {t('Cancel')}
      </Button>
    </form>
  )
}

function pathOf(search: string): string {
  return search ? `/monitors?${search}` : '/monitors'
}
