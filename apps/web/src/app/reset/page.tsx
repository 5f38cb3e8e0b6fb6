import { msg } from '@repo/ui/words'
import type { Metadata } from 'next'
import { ResetPage } from '../../account/reset-page.tsx'

export const metadata: Metadata = { title: msg('A new password · BetterUptime') }

export default function Page() {
  return <ResetPage />
}
