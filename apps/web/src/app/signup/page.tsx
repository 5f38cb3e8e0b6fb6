import { msg } from '@repo/ui/words'
import type { Metadata } from 'next'
import { SignUpPage } from '../../account/sign-up-page.tsx'

export const metadata: Metadata = { title: msg('Create an account · BetterUptime') }

export default function Page() {
  return <SignUpPage />
}
