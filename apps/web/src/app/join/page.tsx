import { msg } from '@repo/ui/words'
import type { Metadata } from 'next'
import { JoinPage } from '../../account/join-page.tsx'

export const metadata: Metadata = { title: msg('An invitation · BetterUptime') }

export default function Page() {
  return <JoinPage />
}
