'use client'
import type { AlertPolicyJson } from '@repo/contracts/alerts'
import { Button } from '@repo/ui/button'
import { Item } from '@repo/ui/item-list'
import { Panel } from '@repo/ui/panel'
import { rich, t } from '@repo/ui/words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { alertKeys, deletePolicy, policiesQuery } from '../api/alert-queries.ts'
import { navigate, useSearchParam } from '../navigation.ts'
import { ConfirmDialog } from '../settings/confirm-dialog.tsx'
import { LongList } from '../settings/long-list.tsx'
import { Reading } from '../settings/reading.tsx'
import { notify } from '../shell/notices.tsx'
import { useMay } from '../shell/use-may.ts'
import { NoRight } from './no-right.tsx'
import { ruleText } from './policy-words.ts'
import { Simulator } from './simulator.tsx'
import { useNames } from './use-names.ts'

const PolicyEditor = dynamic(() => import('./policy-editor.tsx').then((module) => module.PolicyEditor))

/** Which of them is changed stands in the address: `?edit=new`, or its id. */
export function PoliciesSection() {
  const policies = useQuery(policiesQuery)
  const [edited] = useSearchParam('edit')
  if (edited === '') return <PolicyList policies={policies} />
  return (
    <Reading query={policies}>
      {(items) => {
        const policy = items.find(({ id }) => id === edited)
        if (edited !== 'new' && !policy) return <p className="text-muted">{t('There is no such policy any more.')}</p>
        return <PolicyEditor key={edited} {...(policy && { policy })} />
      }}
    </Reading>
  )
}

type Policies = Parameters<typeof Reading<readonly AlertPolicyJson[]>>[0]['query']

function PolicyList({ policies }: { policies: Policies }) {
  const mayChange = useMay('member')
  const names = useNames()
  const [going, setGoing] = useState<AlertPolicyJson>()
  const right = { disabled: !mayChange, 'aria-describedby': mayChange ? undefined : 'no-right' }
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_360px]">
      <Panel
        title={t('Policies')}
        note={t('who is told of what, and when')}
        action={
          <Button look="primary" {...right} onClick={() => navigate('/alerts/policies?edit=new')}>
            {t('Write a policy')}
          </Button>
        }
      >
        {!mayChange && <NoRight />}
        <Reading query={policies}>
          {(items) =>
            items.length === 0 ? (
              <p className="text-muted">{t('None: nobody is told of anything.')}</p>
            ) : (
              <LongList
                label={t('Policies')}
                things={items}
                search={t('Find a policy')}
                textOf={({ name, rule }) => `${name} ${ruleText(rule, names)}`}
              >
                {(policy) => (
                  <Item key={policy.id} title={policy.name} note={ruleText(policy.rule, names)}>
                    <Button
                      {...right}
                      aria-label={t('Edit {name}', { name: policy.name })}
                      onClick={() => navigate(`/alerts/policies?edit=${policy.id}`)}
                    >
                      {t('Edit')}
                    </Button>
                    <Button
                      look="quiet"
                      {...right}
                      aria-label={t('Delete {name}', { name: policy.name })}
                      onClick={() => setGoing(policy)}
                    >
                      {t('Delete')}
                    </Button>
                  </Item>
                )}
              </LongList>
            )
          }
        </Reading>
      </Panel>
      <Simulator />
      {going && <DeletePolicyDialog policy={going} onClose={() => setGoing(undefined)} />}
    </div>
  )
}

function DeletePolicyDialog({ policy, onClose }: { policy: AlertPolicyJson; onClose: () => void }) {
  const client = useQueryClient()
  const names = useNames()
  return (
    <ConfirmDialog
      title={t('Delete this policy?')}
      verb={[t('Delete'), t('Deleting…')]}
      act={async () => {
        await deletePolicy(policy.id)
        notify(t('{name} is deleted.', { name: policy.name }))
        await client.invalidateQueries({ queryKey: alertKeys.all })
      }}
      onClose={onClose}
    >
      {rich('{policy} tells nobody from then on. It says: {rule}', {
        policy: <strong className="font-bold">{policy.name}</strong>,
        rule: ruleText(policy.rule, names),
      })}
    </ConfirmDialog>
  )
}
