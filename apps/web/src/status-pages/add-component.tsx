'use client'
import type { PageComponent } from '@repo/contracts/status-pages'
import { Button } from '@repo/ui/button'
import { RadioGroup } from '@repo/ui/radio-group'
import { t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { MonitorFinder } from '../alerts/monitor-finder.tsx'
import { groupsQuery } from '../api/alert-queries.ts'
import { componentOf, componentOfMonitor } from './page-draft.ts'

type Kind = 'monitor' | 'group' | 'manual' | 'parts'

/** Finds what a new component is judged by. */
export function AddComponent({ onAdd }: { onAdd: (component: PageComponent) => void }) {
  const [isOpen, setIsOpen] = useState(false)
  const [kind, setKind] = useState<Kind>('monitor')
  const id = useId()
  if (!isOpen) {
    return (
      <Button look="quiet" onClick={() => setIsOpen(true)}>
        {t('Add a component')}
      </Button>
    )
  }
  return (
    <div className="flex flex-col gap-3">
      <RadioGroup
        legend={t('What it is judged by')}
        value={kind}
        onChange={setKind}
        options={[
          { value: 'monitor', text: t('Monitor') },
          { value: 'group', text: t('Group') },
          { value: 'manual', text: t('By hand') },
          { value: 'parts', text: t('Parts') },
        ]}
      />
      {kind === 'monitor' && (
        <MonitorFinder id={id} label={t('Monitor')} onPick={(monitor) => onAdd(componentOfMonitor(monitor))} />
      )}
      {kind === 'group' && <GroupPicker onAdd={onAdd} />}
      {kind === 'manual' && (
        <p className="text-13 text-muted">
          {t('Nobody watches it: members say how it is.')}{' '}
          <Button onClick={() => onAdd(componentOf(t('New component'), { kind: 'manual' }))}>{t('Add it')}</Button>
        </p>
      )}
      {kind === 'parts' && <PartsPicker id={id} onAdd={onAdd} />}
      <div>
        <Button look="quiet" onClick={() => setIsOpen(false)}>
          {t('Done')}
        </Button>
      </div>
    </div>
  )
}

function GroupPicker({ onAdd }: { onAdd: (component: PageComponent) => void }) {
  const { data: groups = [] } = useQuery(groupsQuery)
  if (groups.length === 0) return <p className="text-13 text-muted">{t('There is no group of monitors yet.')}</p>
  return (
    <ul className="flex flex-wrap gap-1.5">
      {groups.map(({ id, name }) => (
        <li key={id}>
          <Button onClick={() => onAdd(componentOf(name, { kind: 'group', groupId: id }))}>{name}</Button>
        </li>
      ))}
    </ul>
  )
}

/** One component for several monitors, each of which the public may look at. */
function PartsPicker({ id, onAdd }: { id: string; onAdd: (component: PageComponent) => void }) {
  const [parts, setParts] = useState<readonly PageComponent[]>([])
  const chosen = parts.flatMap(({ source }) => (source.kind === 'monitor' ? [source.monitorId] : []))
  const add = () => {
    onAdd({
      ...componentOf(t('New component'), { kind: 'parts' }),
      parts: parts.map(({ parts: _, ...part }) => part) as PageComponent['parts'],
    })
    setParts([])
  }
  return (
    <>
      <MonitorFinder
        id={id}
        label={t('Monitors of its parts')}
        without={chosen}
        onPick={(monitor) => setParts([...parts, componentOfMonitor(monitor)])}
      />
      {parts.length > 0 && (
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-0 text-13">{parts.map(({ name }) => name).join(', ')}</p>
          <Button onClick={add}>{t('Add it')}</Button>
        </div>
      )}
    </>
  )
}
