import type { System } from '@repo/contracts/system'
import { DataRow, DataTable } from '@repo/ui/data-table'
import { StatusLabel } from '@repo/ui/status'
import { msg, numberText, t } from '@repo/ui/words'
import { Ago } from '../shell/time.tsx'
import { perSecondText } from './system-words.ts'

type Consumer = NonNullable<System['consumers']>[number]

const columns = [
  msg('Name'),
  msg('Region'),
  msg('State'),
  msg('Checks a second'),
  msg('Clock'),
  msg('Version'),
  msg('Seen'),
]
const oneDigit = { minimumFractionDigits: 1, maximumFractionDigits: 1 }
const wideOnly = [msg('Region'), msg('Checks a second'), msg('Clock'), msg('Version')]

export function ConsumerTable({ consumers }: { consumers: readonly Consumer[] }) {
  return (
    <DataTable
      label={t('Consumers')}
      columns={columns.map((name) => t(name))}
      wideOnly={wideOnly.map((name) => t(name))}
    >
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
        {clockOffsetMs === 0
          ? t('right')
          : t('{seconds} s off', { seconds: numberText(clockOffsetMs / 1_000, oneDigit) })}
      </td>
      <td className="num max-md:hidden">{version}</td>
      <td>
        <Ago at={seenAt} />
      </td>
    </DataRow>
  )
}

function ConsumerState({ consumer: { online, trusted } }: { consumer: Consumer }) {
  if (!online) return <StatusLabel status="down" word={t('Offline')} />
  return trusted ? (
    <StatusLabel status="up" word={t('Working')} />
  ) : (
    <StatusLabel status="down" word={t('Judges wrongly')} />
  )
}
