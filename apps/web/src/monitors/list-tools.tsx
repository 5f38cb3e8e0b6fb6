'use client'
import type { Monitor } from '@repo/contracts/monitors'
import { RadioGroup } from '@repo/ui/radio-group'
import { msg, spoken, t } from '@repo/ui/words'
import { useMemo } from 'react'
import type { MonitorFilter } from '../api/queries.ts'
import { Choice, filterControl } from '../form/choice.tsx'
import { useTyped } from '../form/use-typed.ts'
import { useSearchParam } from '../navigation.ts'
import { useObservable } from '../observable.ts'
import { checkKinds, kindWords } from './check-kinds.ts'
import { listOrders } from './monitor-order.ts'
import { chooseDensity, density } from './row-density.ts'
import { Views } from './views.tsx'

const orderNames: Record<(typeof listOrders)[number], string> = spoken({
  '-p95': msg('The slowest first'),
  p95: msg('The quickest first'),
  uptime24h: msg('The lowest uptime of 24 h first'),
  '-uptime24h': msg('The highest uptime of 24 h first'),
  uptime30d: msg('The lowest uptime of 30 d first'),
  '-uptime30d': msg('The highest uptime of 30 d first'),
  name: msg('By name'),
  '-name': msg('By name, from the end'),
  '-created': msg('The newest first'),
  created: msg('The oldest first'),
})

interface ListToolsProps {
  filter: MonitorFilter
  /** Whose tags are offered. */
  loaded: readonly Monitor[]
}

/** What narrows the list further and how it looks; opened where it is wanted. */
export function ListTools({ filter: { tag = '', kind = '', sort = '' }, loaded }: ListToolsProps) {
  const [, setTag] = useSearchParam('tag')
  const [typed, type] = useTyped(tag, setTag)
  const [, setKind] = useSearchParam('kind')
  const [, setSort] = useSearchParam('sort')
  const [group, setGroup] = useSearchParam('group')
  const shown = useObservable(density)
  const tags = useMemo(() => tagsOf(loaded), [loaded])
  return (
    <section
      id="list-tools"
      aria-label={t('Narrow and arrange the list')}
      className="mb-3 flex flex-wrap items-center gap-2 border-line border-y py-2.5"
    >
      <input
        list="known-tags"
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
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
            {kindWords[one]}
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
      <Choice label={t('Grouping')} value={group === 'tag' ? group : ''} onChange={setGroup}>
        <option value="">{t('Not grouped')}</option>
        <option value="tag">{t('Grouped by tag')}</option>
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

function tagsOf(monitors: readonly Monitor[]): string[] {
  return [...new Set(monitors.flatMap(({ tags }) => tags))].toSorted((a, b) => a.localeCompare(b))
}
