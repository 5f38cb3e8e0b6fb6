'use client'
import type { StatusPage } from '@repo/contracts/status-pages'
import { DomainPanel } from './domain-panel.tsx'
import { LogoPanel } from './logo-panel.tsx'
import { PasswordPanel } from './password-panel.tsx'

/** What belongs to the page and is no part of its draft: each is set at once. */
export function SettingsTab({ page, mayChange }: { page: StatusPage; mayChange: boolean }) {
  return (
    <div className="flex max-w-3xl flex-col gap-5">
      <PasswordPanel page={page} mayChange={mayChange} />
      <LogoPanel page={page} mayChange={mayChange} />
      <DomainPanel page={page} mayChange={mayChange} />
    </div>
  )
}
