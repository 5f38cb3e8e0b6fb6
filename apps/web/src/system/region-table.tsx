import type { SystemRegion } from '@repo/contracts/system'
import { DataRow, DataTable } from '@repo/ui/data-table'
import { agoText } from '@repo/ui/duration'
import { StatusLabel } from '@repo/ui/status'
import { msg, t } from '@repo/ui/words'
import { Coverage } from './coverage.tsx'
import { perSecondText, regionState } from './system-words.ts'

const columns = [
  msg('Region'),
  msg('State'),
  msg('Consumers'),
  msg('Coverage'),
  msg('Newest result'),
  msg('Checks a second'),
]
const wideOnly = [msg('Newest result'), msg('Checks a second')]

export function RegionTable({ regions }: { regions: readonly SystemRegion[] }) {
  return (
    <DataTable label={t('Regions')} columns={columns.map((name) => t(name))} wideOnly={wideOnly.map((name) => t(name))}>
      {regions.map((region) => (
        <RegionRow key={region.name} region={region} />
      ))}
    </DataTable>
  )
}

function RegionRow({ region }: { region: SystemRegion }) {
  const { name, watched, consumers, consumersCounting, coveragePercent, resultAgeSeconds, checksPerSecond } = region
  const { status, word } = regionState(region)
  return (
    <DataRow>
      <td className="w-full">
        <span className="num block max-w-40 truncate max-md:max-w-20" title={name}>
          {name}
        </span>
        {!watched && <span className="block text-12 text-muted">{t('no monitors')}</span>}
      </td>
      <td>
        <StatusLabel status={status} word={word} />
      </td>
      <td className="num">
        {consumersCounting === consumers
          ? consumers
          : t('{part} of {whole}', { part: consumersCounting, whole: consumers })}
      </td>
      <td className="num">
        <Coverage percent={coveragePercent} />
      </td>
      <td className="num max-md:hidden">{resultAgeSeconds === null ? '–' : agoText(resultAgeSeconds * 1_000)}</td>
      <td className="num max-md:hidden">{perSecondText(checksPerSecond)}</td>
    </DataRow>
  )
}
