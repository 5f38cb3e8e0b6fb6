'use client'
import { useQuery } from '@tanstack/react-query'
import { accountQuery } from '../api/account-queries.ts'
import { IdentitiesPanel } from './identities-panel.tsx'
import { LinkFailure } from './link-failure.tsx'
import { PasskeysPanel } from './passkeys-panel.tsx'
import { SecondFactorPanel } from './second-factor-panel.tsx'
import { SessionsPanel } from './sessions-panel.tsx'

export function SecuritySection() {
  const account = useQuery(accountQuery)
  return (
    <div className="flex flex-col gap-4">
      <LinkFailure />
      <SecondFactorPanel account={account} />
      <PasskeysPanel account={account.data} />
      <IdentitiesPanel account={account.data} />
      <SessionsPanel />
    </div>
  )
}
