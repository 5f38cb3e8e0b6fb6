import { msg } from '@repo/ui/words'
import type { Metadata } from 'next'
import { ActPage } from '../../account/act-page.tsx'

export const metadata: Metadata = { title: msg('From a message · BetterUptime') }

export default function Page() {
  return <ActPage />
}
