import type { Entry } from '@repo/contracts/incidents'
import { rich, t } from '@repo/ui/words'
import type { ReactNode } from 'react'
import { resolutionTexts, severityWords, traitText } from '../incidents/incident-words.ts'
import { followLink } from '../navigation.ts'
import { numberIn, partIn, textIn, textsIn } from './entry-body.ts'
import { Written } from './written.tsx'

type Line = (entry: Entry) => ReactNode

/** What the timeline says of each kind. What was seen has a tab of its own; a kind that is not known is passed over. */
const lines: Record<string, Line> = {
  first_failure: (entry) => <RegionLine entry={entry} verb={t('First failing check')} />,
  region_failing: (entry) => <RegionLine entry={entry} verb={t('Fails too')} />,
  region_passing: (entry) => <RegionLine entry={entry} verb={t('Passes again')} />,
  opened: ({ body }) => <OpenedLine body={body} />,
  severity: ({ body }) => t('It is {severity} now', { severity: severityText(textIn(body, 'severity')) }),
  status: ({ body }) =>
    textIn(body, 'status') === 'unknown' ? t('Nothing is known any more') : t('It is known again'),
  storm: ({ body }) => t('Others began with it: {trait}', { trait: traitText(textIn(body, 'trait')) }),
  told: ({ body }) => <ToldLine body={body} />,
  resolved: ({ body, actor }) => (
    <>
      <strong className="font-bold">{t('Resolved')}</strong>
      {actor && t(' by {name}', { name: actor.name })}: {resolutionOf(textIn(body, 'resolution'))}
    </>
  ),
  acknowledged: (entry) => <DeedLine entry={entry} does={t('looks after it')} />,
  unacknowledged: (entry) => <DeedLine entry={entry} does={t('does not look after it any more')} />,
  assigned: (entry) => {
    const name = textIn(partIn(entry.body, 'assignee'), 'name')
    return <DeedLine entry={entry} does={name ? t('gave it to {name}', { name }) : t('gave it to nobody')} />
  },
  comment: (entry) => (
    <>
      <DeedLine entry={entry} does={t('said')} />
      <div className="mt-1 border-line border-l-2 pl-3">
        <Written html={textIn(entry.body, 'html')} />
      </div>
    </>
  ),
  postmortem: (entry) => <DeedLine entry={entry} does={t('wrote the post-mortem')} />,
  reopened: (entry) => <DeedLine entry={entry} does={t('reopened it')} />,
  merged: (entry) => <MergedLine entry={entry} />,
}

export function hasLine({ kind }: Entry): boolean {
  return Object.hasOwn(lines, kind)
}

export function entryLine(entry: Entry): ReactNode {
  return lines[entry.kind]?.(entry)
}

/** As it stands within a sentence. */
function severityText(severity: string): string {
  return (severityWords as Record<string, string>)[severity]?.toLowerCase() ?? severity
}

function resolutionOf(resolution: string): string {
  const text = (resolutionTexts as Record<string, string>)[resolution] ?? resolution
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function RegionLine({ entry: { body }, verb }: { entry: Entry; verb: string }) {
  const code = textIn(body, 'code')
  return (
    <>
      {rich('{deed} from {region}', {
        deed: <strong className="font-bold">{verb}</strong>,
        region: <span className="num">{textIn(body, 'region')}</span>,
      })}
      <span className="block text-13 text-muted">
        {code !== 'OK' && <span className="num">{code}</span>} {textIn(body, 'message')}
      </span>
    </>
  )
}

function OpenedLine({ body }: Pick<Entry, 'body'>) {
  const [failing, reporting] = [numberIn(body, 'failing'), numberIn(body, 'reporting')]
  const passing = textsIn(body, 'passing')
  const silence = textIn(partIn(body, 'silence'), 'because')
  return (
    <>
      <strong className="font-bold">{t('Confirmed')}</strong>
      {failing !== null &&
        reporting !== null &&
        rich(' by {failing} of {reporting, plural, one {# region} other {# regions}}', {
          failing: <span className="num">{failing}</span>,
          reporting,
        })}
      {t(': it is {severity}', { severity: severityText(textIn(body, 'severity')) })}
      {passing.length > 0 && (
        <span className="block text-13 text-muted">{t('It passed from {list}', { list: passing.join(', ') })}</span>
      )}
      {silence && <span className="block text-13 text-muted">{t('Nobody is told: {silence}', { silence })}</span>}
    </>
  )
}

function ToldLine({ body }: Pick<Entry, 'body'>) {
  const channel = partIn(body, 'channel')
  const attempts = numberIn(body, 'attempts') ?? 1
  const isTold = textIn(body, 'state') === 'accepted'
  const said = [textIn(body, 'reason'), textIn(body, 'answer')].filter(Boolean).join(' · ')
  return (
    <>
      {isTold ? (
        rich('Told {name}', { name: <strong className="font-bold">{textIn(channel, 'name')}</strong> })
      ) : (
        <span className="text-down-fg">
          {rich('{failed} to tell {name}', {
            failed: <strong className="font-bold">{t('Failed')}</strong>,
            name: textIn(channel, 'name'),
          })}
        </span>
      )}
      {t(' by {kind}: {event}', {
        kind: textIn(channel, 'kind').replaceAll('_', ' '),
        event: textIn(body, 'event').replaceAll('_', ' '),
      })}
      <span className="block text-13 text-muted">
        <span className="num">{t('{attempts, plural, one {# attempt} other {# attempts}}', { attempts })}</span>
        {said && (
          <>
            {' '}
            · <span className="num text-12">{said}</span>
          </>
        )}
      </span>
    </>
  )
}

function DeedLine({ entry: { actor }, does }: { entry: Entry; does: string }) {
  return (
    <>
      <strong className="font-bold">{actor?.name ?? 'BetterUptime'}</strong> {does}
    </>
  )
}

function MergedLine({ entry }: { entry: Entry }) {
  const [into, from] = [textIn(entry.body, 'into'), textIn(entry.body, 'from')]
  return (
    <>
      {rich(from ? '{person} merged {incident} into this one' : '{person} merged it into {incident}', {
        person: <strong className="font-bold">{entry.actor?.name ?? 'BetterUptime'}</strong>,
        incident: (
          <a
            href={`/incidents/${into || from}`}
            onClick={followLink}
            className="text-accent underline underline-offset-2"
          >
            {t('another incident')}
          </a>
        ),
      })}
    </>
  )
}
