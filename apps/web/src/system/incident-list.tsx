import type { SystemIncident } from '@repo/contracts/system'
import { lastedText } from '@repo/ui/duration'
import { Item, ItemList, Tag } from '@repo/ui/item-list'
import { Clock, LastedSince } from '../shell/time.tsx'
import { kindNames } from './system-words.ts'

export function IncidentList({ label, incidents }: { label: string; incidents: readonly SystemIncident[] }) {
  return (
    <ItemList label={label}>
      {incidents.map((incident) => (
        <IncidentItem key={incident.id} incident={incident} />
      ))}
    </ItemList>
  )
}

function IncidentItem({ incident }: { incident: SystemIncident }) {
  const { kind, region, message, beganAt, endedAt, details } = incident
  const names = Array.isArray(details?.consumers) ? details.consumers.join(', ') : ''
  return (
    <Item
      title={kindNames[kind]}
      tags={region && <Tag>{region}</Tag>}
      note={
        <>
          <span className="block">{message}</span>
          {names && <span className="num block text-12">{names}</span>}
        </>
      }
    >
      <p className="num text-13 text-muted">
        <Clock at={beganAt} /> ·{' '}
        {endedAt === null ? <LastedSince at={beganAt} /> : lastedText(Date.parse(endedAt) - Date.parse(beganAt))}
      </p>
    </Item>
  )
}
