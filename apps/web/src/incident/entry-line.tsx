import type { Entry } from '@repo/contracts/incidents'
import type { ReactNode } from 'react'
import { resolutionTexts, traitText } from '../incidents/incident-words.ts'
import { followLink } from '../navigation.ts'
import { numberIn, partIn, textIn, textsIn } from './entry-body.ts'
import { Written } from './written.tsx'

type Line = (entry: Entry) => ReactNode

/** What the timeline says of each kind. What was seen has a tab of its own; a kind that is not known is passed over. */
const lines: Record<string, Line> = {
  first_failure: (entry) => <RegionLine entry={entry} verb="First failing check" />,
  region_failing: (entry) => <RegionLine entry={entry} verb="Fails too" />,
  region_passing: (entry) => <RegionLine entry={entry} verb="Passes again" />,
  opened: ({ body }) => <OpenedLine body={body} />,
  severity: ({ body }) => `It is ${textIn(body, 'severity')} now`,
  status: ({ body }) => (textIn(body, 'status') === 'unknown' ? 'Nothing is known any more' : 'It is known again'),
  storm: ({ body }) => `Others began with it: ${traitText(textIn(body, 'trait'))}`,
  told: ({ body }) => <ToldLine body={body} />,
  resolved: ({ body, actor }) => (
    <>
      <strong className="font-bold">Resolved</strong>
      {actor ? ` by ${actor.name}` : ''}: {resolutionOf(textIn(body, 'resolution'))}
    </>
  ),
  acknowledged: (entry) => <DeedLine entry={entry} does="looks after it" />,
  unacknowledged: (entry) => <DeedLine entry={entry} does="does not look after it any more" />,
  assigned: (entry) => {
    const name = textIn(partIn(entry.body, 'assignee'), 'name')
    return <DeedLine entry={entry} does={name ? `gave it to ${name}` : 'gave it to nobody'} />
  },
  comment: (entry) => (
    <>
      <DeedLine entry={entry} does="said" />
      <div className="mt-1 border-line border-l-2 pl-3">
        <Written html={textIn(entry.body, 'html')} />
      </div>
    </>
  ),
  postmortem: (entry) => <DeedLine entry={entry} does="wrote the post-mortem" />,
  reopened: (entry) => <DeedLine entry={entry} does="reopened it" />,
  merged: (entry) => <MergedLine entry={entry} />,
}

export function hasLine({ kind }: Entry): boolean {
  return Object.hasOwn(lines, kind)
}

export function entryLine(entry: Entry): ReactNode {
  return lines[entry.kind]?.(entry)
}

function resolutionOf(resolution: string): string {
  const text = (resolutionTexts as Record<string, string>)[resolution] ?? resolution
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function RegionLine({ entry: { body }, verb }: { entry: Entry; verb: string }) {
  const code = textIn(body, 'code')
  return (
    <>
      <strong className="font-bold">{verb}</strong> from <span className="num">{textIn(body, 'region')}</span>
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
      <strong className="font-bold">Confirmed</strong>
      {failing !== null && reporting !== null && (
        <>
          {' '}
          by <span className="num">{failing}</span> of <span className="num">{reporting}</span>{' '}
          {reporting === 1 ? 'region' : 'regions'}
        </>
      )}
      : it is {textIn(body, 'severity')}
      {passing.length > 0 && <span className="block text-13 text-muted">It passed from {passing.join(', ')}</span>}
      {silence && <span className="block text-13 text-muted">Nobody is told: {silence}</span>}
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
        <>
          Told <strong className="font-bold">{textIn(channel, 'name')}</strong>
        </>
      ) : (
        <span className="text-down-fg">
          <strong className="font-bold">Failed</strong> to tell {textIn(channel, 'name')}
        </span>
      )}{' '}
      by {textIn(channel, 'kind').replaceAll('_', ' ')}: {textIn(body, 'event').replaceAll('_', ' ')}
      <span className="block text-13 text-muted">
        <span className="num">{attempts}</span> {attempts === 1 ? 'attempt' : 'attempts'}
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
      <DeedLine entry={entry} does={into ? 'merged it into ' : 'merged '} />{' '}
      <a href={`/incidents/${into || from}`} onClick={followLink} className="text-accent underline underline-offset-2">
        another incident
      </a>{' '}
      {from && 'into this one'}
    </>
  )
}
