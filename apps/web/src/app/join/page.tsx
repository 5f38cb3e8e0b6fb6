import type { Metadata } from 'next'
import { JoinPage } from '../../account/join-page.tsx'

export const metadata: Metadata = { title: 'An invitation · BetterUptime' }

export default function Page() {
  return <JoinPage />
}
