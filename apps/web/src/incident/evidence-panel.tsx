'use client'
import type { Entry } from '@repo/contracts/incidents'
import { CopyField } from '@repo/ui/copy-field'
import { latencyText } from '@repo/ui/duration'
import { Panel } from '@repo/ui/panel'
import { PhaseBar } from '@repo/ui/phase-bar'
import { ScrollRegion } from '@repo/ui/scroll-region'
import { msg, t } from '@repo/ui/words'
import type { ReactNode } from 'react'
import { CodeHelp } from '../check/code-help.tsx'
import { Clock } from '../shell/time.tsx'
import { type Body, numberIn, partIn, textIn, textsIn } from './entry-body.ts'

/** What the failing region saw: enough to see it for oneself. */
export function EvidencePanel({ entries }: { entries: readonly Entry[] }) {
  const seen = entries.filter(({ kind }) => kind === 'evidence')
  if (seen.length === 0)
    return (
      <Panel title={t('Evidence')}>
        <p className="text-muted">{t('Nothing was kept of what the checks saw.')}</p>
      </Panel>
    )
  return seen.map((entry) => <Seen key={entry.id} entry={entry} />)
}

function Seen({ entry: { id, at, body } }: { entry: Entry }) {
  const outcome = partIn(body, 'outcome')
  const evidence = partIn(body, 'evidence')
  const curl = textIn(evidence, 'curl')
  const code = textIn(outcome, 'code')
  const note = (
    <>
      <span className="num">{textIn(body, 'region')}</span>, <Clock at={at} />
    </>
  )
  return (
    <Panel title={t('What was seen')} note={note}>
      <p className="text-16 text-down-fg">{textIn(outcome, 'message')}</p>
      <p className="num mt-1 text-12 text-muted">{code}</p>
      {code && <CodeHelp code={code} />}
      <div className="mt-4 grid gap-6 md:grid-cols-2 print:grid-cols-2">
        <Facts body={body} />
        <Phases outcome={outcome} />
      </div>
      <div className="mt-4 flex flex-col gap-4">
        {curl && (
          <>
            <div className="print:hidden">
              <CopyField id={`curl-${id}`} label={t('See it for yourself')} value={curl} />
            </div>
            <div className="hidden print:block">
              <Raw title={t('See it for yourself')} text={curl} />
            </div>
          </>
        )}
        <Raw title={t('Request')} text={textIn(evidence, 'request')} />
        <Raw title={t('Answer')} text={textIn(evidence, 'responseHead')} />
        <Raw title={t('Beginning of the body')} text={textIn(evidence, 'body')} />
        <Raw title={t('Certificates')} text={textsIn(evidence, 'chain').join('\n')} />
      </div>
    </Panel>
  )
}

/** Beside the last check that passed: what is another now stands out. */
function Facts({ body }: { body: Body }) {
  const outcome = partIn(body, 'outcome')
  const good = partIn(body, 'lastGood')
  const status = (of: Body | undefined) => numberIn(of, 'status')?.toString() ?? ''
  const addresses = textsIn(partIn(body, 'evidence'), 'addresses')
  const goodMs = numberIn(good, 'scheduledAtMs')
  return (
    <dl>
      <Fact name={t('Status')} value={status(outcome)} was={status(good)} />
      <Fact name={t('Address')} value={textIn(outcome, 'address')} was={textIn(good, 'address')} />
      <Fact name={t('Redirects')} value={numberText(outcome, 'redirects')} was={numberText(good, 'redirects')} />
      {addresses.length > 0 && <Fact name={t('All addresses')} value={addresses.join(', ')} was="" />}
      <Line name={t('Last good check')}>
        {goodMs === null ? t('none is known') : <Clock at={new Date(goodMs).toISOString()} />}
      </Line>
    </dl>
  )
}

function numberText(body: Body | undefined, name: string): string {
  return numberIn(body, name)?.toString() ?? ''
}

function Fact({ name, value, was }: { name: string; value: string; was: string }) {
  if (!value && !was) return null
  const isOther = was !== '' && was !== value
  return (
    <Line name={name}>
      <span className={isOther ? 'text-down-fg' : ''}>{value || t('none')}</span>
      {isOther && <span className="block text-12 text-muted">{t('was {was}', { was })}</span>}
    </Line>
  )
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4 border-line border-t py-2 first:border-t-0 first:pt-0">
      <dt className="shrink-0 text-muted">{name}</dt>
      <dd className="num min-w-0 text-right text-13 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  )
}

const phaseNames = [
  ['dns', msg('DNS')],
  ['connect', msg('Connect')],
  ['tls', msg('TLS')],
  ['firstByte', msg('Wait')],
  ['transfer', msg('Download')],
] as const

function Phases({ outcome }: { outcome: Body | undefined }) {
  const phases = partIn(outcome, 'phases')
  const totalUs = numberIn(phases, 'total')
  if (!phases || totalUs === null) return null
  return (
    <div>
      <PhaseBar
        phases={phaseNames.map(([key, name]) => {
          const us = numberIn(phases, key)
          return { name: t(name), ms: us === null ? null : us / 1_000 }
        })}
      />
      <p className="flex justify-between border-line border-t pt-2">
        {t('Total')} <span className="num">{latencyText(totalUs / 1_000)}</span>
      </p>
    </div>
  )
}

function Raw({ title, text }: { title: string; text: string }) {
  if (!text) return null
  return (
    <div>
      <p className="mb-1.5 text-13 font-medium">{title}</p>
      <ScrollRegion label={title} className="max-h-80 rounded-control border border-line bg-bg print:max-h-none">
        <pre className="num p-3 text-12 whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</pre>
      </ScrollRegion>
    </div>
  )
}
