'use client'
import { Button } from '@repo/ui/button'
import { TextField } from '@repo/ui/field'
import { RadioGroup } from '@repo/ui/radio-group'
import { msg, spoken, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type MonitorFilter, sessionQuery } from '../api/queries.ts'
import { Choice, filterControl } from '../form/choice.tsx'
import { navigate, useSearchParam } from '../navigation.ts'
import { useObservable } from '../observable.ts'
import { checkKinds } from './check-kinds.ts'
import { listOrders } from './monitor-order.ts'
import { chooseDensity, density } from './row-density.ts'
import { readViews, removeView, saveView } from './saved-views.ts'

const orderNames: Record<(typeof listOrders)[number], string> = spoken({
  name: msg('By name'),
  '-name': msg('By name, from the end'),
  '-created': msg('The newest first'),
  created: msg('The oldest first'),
})

interface ListToolsProps {
  filter: MonitorFilter
  /** Those of the monitors that are loaded, to choose from. */
  tags: readonly string[]
}

/** What narrows the list further and how it looks; opened where it is wanted. */
export function ListTools({ filter: { tag = '', kind = '', sort = '' }, tags }: ListToolsProps) {
  const [, setTag] = useSearchParam('tag')
  const [, setKind] = useSearchParam('kind')
  const [, setSort] = useSearchParam('sort')
  const shown = useObservable(density)
  return (
    <section
      id="list-tools"
      aria-label={t('Narrow and arrange the list')}
      className="mb-3 flex flex-wrap items-center gap-2 border-line border-y py-2.5"
    >
      <input
        list="known-tags"
        value={tag}
        onChange={(event) => setTag(event.currentTarget.value)}
        aria-label={t('Tag')}
        placeholder={t('Any tag')}
        autoComplete="off"
        className={`w-32 placeholder:text-muted ${filterControl}`}
      />
      <datalist id="known-tags">
        {tags.map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <Choice label={t('Kind')} value={kind} onChange={setKind}>
        <option value="">{t('Any kind')}</option>
        {checkKinds.map((one) => (
          <option key={one} value={one}>
            {one.toUpperCase()}
          </option>
        ))}
      </Choice>
      <Choice label={t('Order')} value={sort} onChange={setSort}>
        <option value="">{t('The worst first')}</option>
        {listOrders.map((order) => (
          <option key={order} value={order}>
            {orderNames[order]}
          </option>
        ))}
      </Choice>
      <RadioGroup
        legend={t('Rows')}
        value={shown}
        options={[
          { value: 'comfortable', text: t('Comfortable') },
          { value: 'compact', text: t('Compact') },
        ]}
        onChange={chooseDensity}
        className="max-md:hidden"
      />
      <Views />
    </section>
  )
}

/** Filters by a name, that this browser keeps. */
function Views() {
  const workspaceId = useQuery(sessionQuery).data?.workspace.id ?? ''
  const [views, setViews] = useState(() => readViews(workspaceId))
  const [isNaming, setNaming] = useState(false)
  const search = location.search.slice(1)
  const current = views.find((view) => view.search === search)
  return (
    <div className="flex flex-wrap items-center gap-2 md:ml-auto">
      {views.length > 0 && (
        <Choice
          label={t('Saved views')}
          value={current?.name ?? ''}
          onChange={(name) => navigate(pathOf(views.find((view) => view.name === name)?.search ?? ''))}
        >
          <option value="">{t('Saved views')}</option>
          {views.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </Choice>
      )}
      {current ? (
        <Button look="quiet" onClick={() => setViews(removeView(workspaceId, current.name))}>
          {t('Forget this view')}
        </Button>
      ) : (
        search !== '' && !isNaming && <Button onClick={() => setNaming(true)}>{t('Save this view')}</Button>
      )}
      {isNaming && (
        <form
          className="flex items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            const name = String(new FormData(event.currentTarget).get('name')).trim()
            if (!name) return
            setViews(saveView(workspaceId, { name, search }))
            setNaming(false)
          }}
        >
          <TextField
            id="view-name"
            name="name"
            label={t('Name of the view')}
            maxLength={60}
            autoComplete="off"
            required
          />
          <Button type="submit" className="h-9">
            {t('Save')}
          </Button>
        </form>
      )}
    </div>
  )
}

function pathOf(search: string): string {
  return search ? `/monitors?${search}` : '/monitors'
}
