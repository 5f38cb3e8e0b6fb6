import type { Metadata } from 'next'
import { ActPage } from '../../account/act-page.tsx'

export const metadata: Metadata = { title: 'From a message · BetterUptime' }

export default function Page() {
  return <ActPage />
}
