import type { System } from '@repo/contracts/system'
import { DataRow, DataTable } from '@repo/ui/data-table'
import { StatusLabel } from '@repo/ui/status'
import { Ago } from '../shell/time.tsx'
import { perSecondText } from './system-words.ts'

type Consumer = NonNullable<System['consumers']>[number]

const columns = ['Name', 'Region', 'State', 'Checks a second', 'Clock', 'Version', 'Seen']
const wideOnly = ['Region', 'Checks a second', 'Clock', 'Version']

export function ConsumerTable({ consumers }: { consumers: readonly Consumer[] }) {
  return (
    <DataTable label="Consumers" columns={columns} wideOnly={wideOnly}>
      {consumers.map((consumer) => (
        <ConsumerRow key={consumer.name} consumer={consumer} />
      ))}
    </DataTable>
  )
}

function ConsumerRow({ consumer }: { consumer: Consumer }) {
  const { name, region, version, checksPerSecond, clockOffsetMs, seenAt } = consumer
  return (
    <DataRow>
      <td className="w-full">
        <span className="num block max-w-80 truncate max-md:max-w-32" title={name}>
          {name}
        </span>
        <span className="num block text-12 text-muted md:hidden">{region}</span>
      </td>
      <td className="num max-md:hidden">{region}</td>
      <td>
        <ConsumerState consumer={consumer} />
      </td>
      <td className="num max-md:hidden">{perSecondText(checksPerSecond)}</td>
      <td className="num max-md:hidden">
        {clockOffsetMs === 0 ? 'right' : `${(clockOffsetMs / 1_000).toFixed(1)} s off`}
      </td>
      <td className="num max-md:hidden">{version}</td>
      <td>
        <Ago at={seenAt} />
      </td>
    </DataRow>
  )
}

function ConsumerState({ consumer: { online, trusted } }: { consumer: Consumer }) {
  if (!online) return <StatusLabel status="down" word="Offline" />
  return trusted ? <StatusLabel status="up" word="Working" /> : <StatusLabel status="down" word="Judges wrongly" />
}
