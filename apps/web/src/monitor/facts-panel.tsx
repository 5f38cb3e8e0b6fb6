'use client'
import type { Fact } from '@repo/contracts/facts'
import type { Monitor } from '@repo/contracts/monitors'
import { Panel } from '@repo/ui/panel'
import { StatusGlyph } from '@repo/ui/status'
import { dateText, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useNowMs } from '../shell/clock.ts'
import { FailureNote } from '../shell/failure-note.tsx'
import { Clock } from '../shell/time.tsx'
import { factsQuery } from './monitor-queries.ts'

/** What its checks tell beside whether it works: its certificate, its registration, its records. */
export function FactsPanels({ monitor: { id } }: { monitor: Monitor }) {
  const { data, error, refetch } = useQuery(factsQuery(id))
  if (error && !data) return <FailureNote error={error} onRetry={() => void refetch()} />
  if (!data || data.items.length === 0) return null
  const [certificates, others] = [data.items.filter(isCertificate), data.items.filter((fact) => !isCertificate(fact))]
  return (
    <div className="mt-4 flex flex-wrap gap-4 *:min-w-0 *:grow">
      {certificates.map((fact) => (
        <CertificatePanel key={fact.kind} fact={fact} />
      ))}
      {others.length > 0 && (
        <div className="flex basis-70 flex-col gap-4">
          {others.map((fact) => (
            <RecordsPanel key={fact.kind} fact={fact} />
          ))}
        </div>
      )}
    </div>
  )
}

const isCertificate = ({ kind }: Fact) => kind === 'certificate'

const DAY_MS = 86_400_000
/** As on the overview of what ends soon. */
const WARNING_DAYS = 14

function CertificatePanel({ fact }: { fact: Fact }) {
  const { certificate, expiresAt, shown, fingerprint } = fact
  return (
    <Panel title={t('Certificate')} className="basis-140">
      <Remaining expiresAt={expiresAt} />
      <dl>
        {certificate ? (
          <>
            <Line name={t('Subject')} value={certificate.subject} />
            <Line name={t('Names')} value={certificate.names.join(', ') || '–'} />
            <Line name={t('Issuer')} value={certificate.issuer} />
            {certificate.notBefore && <Line name={t('Valid from')} value={dayText(certificate.notBefore)} />}
          </>
        ) : (
          <Line name={t('Subject')} value={shown} />
        )}
        {expiresAt && <Line name={t('Valid until')} value={dayText(expiresAt)} />}
        {certificate && <Line name={t('Key and signature')} value={`${certificate.key}, ${certificate.signature}`} />}
        {fingerprint && <Line name={t('Fingerprint')} value={fingerprint} />}
      </dl>
      {certificate && certificate.chain.length > 0 && <Chain chain={certificate.chain} />}
    </Panel>
  )
}

/** How long it is still good for; a warning stands there though the monitor is up. */
function Remaining({ expiresAt }: { expiresAt: string | null }) {
  const nowMs = useNowMs()
  if (expiresAt === null) return null
  const leftMs = Date.parse(expiresAt) - nowMs
  const days = Math.floor(Math.abs(leftMs) / DAY_MS)
  if (leftMs < 0)
    return <Warning status="down">{t('Expired {days, plural, one {# day} other {# days}} ago.', { days })}</Warning>
  const text = t('Expires in {days, plural, one {# day} other {# days}}.', { days })
  if (days < WARNING_DAYS) return <Warning status="degraded">{text}</Warning>
  return <p className="mb-2 text-13">{text}</p>
}

function Warning({ status, children }: { status: 'down' | 'degraded'; children: string }) {
  const look = status === 'down' ? 'bg-down-tint text-down-fg' : 'bg-degraded-tint text-degraded-fg'
  return (
    <p className={`mb-2 flex items-center gap-2 rounded-control px-2.5 py-1.5 text-13 font-medium ${look}`}>
      <StatusGlyph status={status} />
      {children}
    </p>
  )
}

function Chain({ chain }: { chain: NonNullable<Fact['certificate']>['chain'] }) {
  return (
    <section aria-label={t('Chain')} className="mt-2 border-line border-t pt-2">
      <h3 className="text-12 text-muted">{t('Chain')}</h3>
      <ol className="mt-1 text-13">
        {chain.map(({ subject, notAfter }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a link is its place in the chain
          <li key={index} style={{ paddingLeft: index * 12 }} className="num py-0.5 [overflow-wrap:anywhere]">
            {subject}
            {notAfter && (
              <span className="block text-12 text-muted">{t('until {day}', { day: dayText(notAfter) })}</span>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

function RecordsPanel({ fact: { kind, shown, expiresAt, changedAt } }: { fact: Fact }) {
  const isDns = kind === 'dns'
  return (
    <Panel title={isDns ? t('DNS records') : t('Registration')}>
      <Remaining expiresAt={expiresAt} />
      {isDns ? (
        <ul className="num text-13">
          {shown.split(', ').map((record) => (
            <li key={record} className="border-line border-t py-1.5 [overflow-wrap:anywhere] first:border-t-0">
              {record}
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-13 [overflow-wrap:anywhere]">{shown}</p>
      )}
      {isDns && (
        <dl className="border-line border-t">
          <Line name={t('Seen since')} value={<Clock at={changedAt} />} />
        </dl>
      )}
    </Panel>
  )
}

function Line({ name, value }: { name: string; value: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4 border-line border-t py-1.5 text-13 first:border-t-0">
      <dt className="shrink-0 text-muted">{name}</dt>
      <dd className="num min-w-0 text-right [overflow-wrap:anywhere]">{value}</dd>
    </div>
  )
}

function dayText(iso: string): string {
  return dateText(Date.parse(iso), { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' })
}
