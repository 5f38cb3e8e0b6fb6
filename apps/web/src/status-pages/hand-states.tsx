'use client'
import { leavesAndParents, type StatusPage } from '@repo/contracts/status-pages'
import { Panel } from '@repo/ui/panel'
import { rich, t } from '@repo/ui/words'
import { useQuery } from '@tanstack/react-query'
import { Reading } from '../settings/reading.tsx'
import { Ago } from '../shell/time.tsx'
import { handStatesQuery, setHandState } from './notice-queries.ts'
import { componentStateWords } from './notice-words.ts'
import { StateSelect } from './touched-fields.tsx'
import { useNoticeDeed } from './use-notice-deed.ts'

/** How those components are that nobody watches: members say it here, and the public sees it at once. */
export function HandStates({ page, mayChange }: { page: StatusPage; mayChange: boolean }) {
  const query = useQuery(handStatesQuery(page.id))
  const { mutate, isPending } = useNoticeDeed()
  const judged = leavesAndParents(page.draft.sections).filter(({ source }) => source.kind === 'manual')
  if (judged.length === 0) return null
  return (
    <Panel title={t('Judged by hand')} note={t('The public sees it at once')}>
      <Reading query={query}>
        {(states) => (
          <fieldset disabled={!mayChange || isPending}>
            <legend className="sr-only">{t('Judged by hand')}</legend>
            <ul className="flex flex-col gap-3">
              {judged.map(({ id, name }) => {
                const known = states.find(({ componentId }) => componentId === id)
                return (
                  <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1">
                    <span className="min-w-0 grow basis-32 font-medium [overflow-wrap:anywhere]">{name}</span>
                    {known && (
                      <span className="text-12 text-muted">
                        {rich('said {time}', { time: <Ago at={known.since} /> })}
                      </span>
                    )}
                    <StateSelect
                      label={t('{name} is', { name })}
                      value={known?.state ?? 'unknown'}
                      onChange={(state) =>
                        mutate({
                          act: () => setHandState(page.id, id, state),
                          done: t('{name} is: {state}.', { name, state: componentStateWords[state] }),
                        })
                      }
                    />
                  </li>
                )
              })}
            </ul>
          </fieldset>
        )}
      </Reading>
    </Panel>
  )
}
