'use client'
import { useQuery } from '@tanstack/react-query'
import { accountQuery } from '../api/account-queries.ts'
import { PasskeysPanel } from './passkeys-panel.tsx'
import { SecondFactorPanel } from './second-factor-panel.tsx'
import { SessionsPanel } from './sessions-panel.tsx'

export function SecuritySection() {
  const account = useQuery(accountQuery)
  return (
    <div className="flex flex-col gap-4">
      <SecondFactorPanel account={account} />
      <PasskeysPanel account={account.data} />
      <SessionsPanel />
    </div>
  )
}
