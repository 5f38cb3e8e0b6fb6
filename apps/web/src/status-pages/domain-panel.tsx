'use client'
import type { DomainProblem, PageDomain } from '@repo/contracts/page-domain'
import type { StatusPage } from '@repo/contracts/status-pages'
import { Button } from '@repo/ui/button'
import { CopyField } from '@repo/ui/copy-field'
import { TextField } from '@repo/ui/field'
import { Panel } from '@repo/ui/panel'
import { StatusLabel } from '@repo/ui/status'
import { msg, rich, t } from '@repo/ui/words'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { failureText } from '../api/request.ts'
import { useForm } from '../form/use-form.ts'
import { Ago, Clock } from '../shell/time.tsx'
import { checkDomain, type DomainCheck, removeDomain, setDomain } from './asset-queries.ts'
import { pagesKey } from './page-queries.ts'
import { useNoticeDeed } from './use-notice-deed.ts'

interface PanelProps {
  page: StatusPage
  mayChange: boolean
}

/** A name of its own: first which, then the records that show whose it is, then what was found of them. */
export function DomainPanel({ page, mayChange }: PanelProps) {
  return (
    <Panel title={t('A domain of its own')} note={t('Such as status.example.com')}>
      {page.domain ? (
        <Records id={page.id} domain={page.domain} mayChange={mayChange} />
      ) : mayChange ? (
        <NameForm id={page.id} />
      ) : (
        <p className="text-muted">{t('The page has none.')}</p>
      )}
    </Panel>
  )
}

function NameForm({ id }: { id: string }) {
  const client = useQueryClient()
  const { props, isBusy, errors } = useForm({
    fields: ['domain'],
    needed: { domain: t('Which domain?') },
    submit: async ({ domain = '' }) => {
      await setDomain(id, domain.trim())
      await client.invalidateQueries({ queryKey: pagesKey })
    },
  })
  return (
    <form {...props} className="flex flex-wrap items-start gap-3">
      <div className="min-w-0 grow basis-64">
        <TextField
          id="page-domain"
          name="domain"
          label={t('Domain')}
          placeholder="status.example.com"
          spellCheck={false}
          autoComplete="off"
          error={errors.domain ?? errors.form}
        />
      </div>
      <Button type="submit" disabled={isBusy} className="h-9 sm:mt-6.5">
        {isBusy ? t('Saving…') : t('Show the records')}
      </Button>
    </form>
  )
}

interface RecordsProps {
  id: string
  domain: PageDomain
  mayChange: boolean
}

function Records({ id, domain, mayChange }: RecordsProps) {
  const client = useQueryClient()
  const remove = useNoticeDeed()
  const check = useMutation({
    mutationFn: () => checkDomain(id),
    onSettled: () => client.invalidateQueries({ queryKey: pagesKey }),
  })
  const { name, proof, pointer } = domain
  return (
    <div className="flex flex-col gap-4">
      <p className="num font-medium [overflow-wrap:anywhere]">{name}</p>
      <div role="status" aria-live="polite">
        <Standing domain={check.data?.domain ?? domain} found={check.data} />
      </div>
      {check.error && (
        <p role="alert" className="text-13 text-down-fg">
          {failureText(check.error)}
        </p>
      )}
      <RecordFields id="proof" title={t('Shows that the name is yours')} record={proof} />
      {pointer ? (
        <RecordFields id="pointer" title={t('Leads people here')} record={pointer} />
      ) : (
        <p className="text-13 text-muted">
          {t('Lead the name to this instance by an A or CNAME record; it does not know its own address.')}
        </p>
      )}
      {mayChange && (
        <div className="flex flex-wrap gap-2">
          <Button disabled={check.isPending} onClick={() => check.mutate()}>
            {check.isPending ? t('Looking…') : t('Check now')}
          </Button>
          <Button
            look="danger"
            disabled={remove.isPending}
            onClick={() =>
              remove.mutate({
                act: () => removeDomain(id),
                done: t('The page does not have {name} any more.', { name }),
              })
            }
          >
            {t('Remove the domain')}
          </Button>
        </div>
      )}
    </div>
  )
}

interface RecordFieldsProps {
  id: string
  title: string
  record: PageDomain['proof']
}

function RecordFields({ id, title, record: { type, name, value } }: RecordFieldsProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-13">
        <span className="num font-medium">{type}</span> <span className="text-muted">{title}</span>
      </legend>
      <div className="grid gap-3 sm:grid-cols-2">
        <CopyField id={`${id}-name`} label={t('Name of the {type} record', { type })} value={name} />
        <CopyField id={`${id}-value`} label={t('Value of the {type} record', { type })} value={value} />
      </div>
    </fieldset>
  )
}

const problemTexts: Readonly<Record<DomainProblem, string>> = {
  no_record: msg('There is no such TXT record yet. Names take a while to spread.'),
  other_text: msg('There is a TXT record, but with another text.'),
  no_answer: msg('Whoever answers for the name did not, or could not.'),
  taken: msg('Another page has shown that the name is its.'),
}

interface StandingProps {
  domain: PageDomain
  /** What was just found. */
  found: DomainCheck | undefined
}

/** How far it is: waiting, wrong, or shown. */
function Standing({ domain: { problem, verifiedAt, checkedAt, failingSince }, found }: StandingProps) {
  const isShown = verifiedAt !== null && problem === null
  const isFailed = problem !== null && problem !== 'no_record'
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {isShown ? (
          <StatusLabel status="up" word={t('Verified')} />
        ) : isFailed ? (
          <StatusLabel status="down" word={t('Failed')} />
        ) : (
          <StatusLabel status="unknown" word={t('Pending')} />
        )}
        <span className="text-13 text-muted">
          {isShown && verifiedAt
            ? rich('since {time}', { time: <Clock at={verifiedAt} /> })
            : checkedAt
              ? rich('looked at {time}', { time: <Ago at={checkedAt} /> })
              : t('not looked at yet')}
        </span>
      </p>
      {problem && <p className="mt-1 text-13">{t<string>(problemTexts[problem])}</p>}
      {problem && found && found.found.length > 0 && (
        <p className="num mt-1 text-13 [overflow-wrap:anywhere]">
          {t('Found: {texts}', { texts: found.found.join(', ') })}
        </p>
      )}
      {problem && verifiedAt && failingSince && (
        <p className="mt-1 text-13 text-down-fg">
          {rich('It fails since {time}; after three days the page loses the name.', {
            time: <Clock at={failingSince} />,
          })}
        </p>
      )}
    </>
  )
}
