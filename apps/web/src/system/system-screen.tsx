'use client'
import type { System } from '@repo/contracts/system'
import { CopyField } from '@repo/ui/copy-field'
import { agoText } from '@repo/ui/duration'
import { Panel, Tile } from '@repo/ui/panel'
import { StatusGlyph } from '@repo/ui/status'
import { numberText, rich, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { systemQuery } from '../api/system-query.ts'
import { Reading } from '../settings/reading.tsx'
import { usePageName } from '../shell/page-name.ts'
import { Ago } from '../shell/time.tsx'
import { ConsumerTable } from './consumer-table.tsx'
import { Coverage } from './coverage.tsx'
import { IncidentList } from './incident-list.tsx'
import { RegionTable } from './region-table.tsx'
import { perSecondText, verdictOf } from './system-words.ts'

/** How the monitor itself is. */
export function SystemScreen() {
  usePageName(t('System'))
  const query = useQuery(systemQuery)
  return (
    <>
      <h1 className="text-28 font-bold tracking-[-0.02em]">{t('System')}</h1>
      <Reading query={query}>{(system) => <Body system={system} />}</Reading>
    </>
  )
}

function Body({ system }: { system: System }) {
  const { regions, open, ended, consumers } = system
  return (
    <div className="flex flex-col gap-4">
      <Verdict system={system} />
      <Tiles system={system} />
      {open.length > 0 && (
        <Panel title={t('Does not work now')}>
          <IncidentList label={t('Does not work now')} incidents={open} />
        </Panel>
      )}
      <Panel title={t('Regions')} note={t('coverage of the last five minutes')}>
        {regions.length === 0 ? (
          <>
            <p className="mb-3 text-muted">{t('None yet. A region is known as soon as a consumer works there.')}</p>
            <CopyField
              id="run-consumer"
              label={t('Run one in the region “eu”')}
              hint={t('From the folder of the project, with the address of your Redis.')}
              value="bun run consumer --region eu --redis-url redis://127.0.0.1:6379"
            />
          </>
        ) : (
          <RegionTable regions={regions} />
        )}
      </Panel>
      <Panel title={t('Did not work before')} note={ended.length > 0 ? t('newest first') : undefined}>
        {ended.length === 0 ? (
          <p className="text-muted">{t('Nothing was out of order so far.')}</p>
        ) : (
          <IncidentList label={t('Did not work before')} incidents={ended} />
        )}
      </Panel>
      {consumers && consumers.length > 0 && (
        <Panel title={t('Consumers')} note={t('shown to the operator')}>
          <ConsumerTable consumers={consumers} />
        </Panel>
      )}
    </div>
  )
}

function Verdict({ system }: { system: System }) {
  const { status, text } = verdictOf(system)
  return (
    <p role="status" className="mt-2 flex items-start gap-2 text-16">
      <span className="mt-1">
        <StatusGlyph status={status} size={16} />
      </span>
      {text}
    </p>
  )
}

function Tiles({ system: { asOf, checksPerSecond, resultAgeSeconds, regions, open } }: { system: System }) {
  const known = regions.flatMap(({ coveragePercent }) => coveragePercent ?? [])
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-card border border-line bg-line lg:grid-cols-4">
      <Tile label={t('Checks a second')} value={perSecondText(checksPerSecond)} note={t('of all consumers')} />
      <Tile
        label={t('Newest result')}
        value={resultAgeSeconds === null ? '–' : agoText(resultAgeSeconds * 1_000)}
        note={t('came the whole way')}
      />
      <Tile
        label={t('Lowest coverage')}
        value={<Coverage percent={known.length === 0 ? null : Math.min(...known)} />}
        note={known.length === 0 ? t('no slots yet') : t('of slots have a result')}
      />
      <Tile
        label={t('Open incidents')}
        value={numberText(open.length)}
        note={rich('as of {time}', { time: <Ago at={asOf} /> })}
      />
    </dl>
  )
}
