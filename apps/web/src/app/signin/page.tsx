import { msg } from '@repo/ui/words'
import type { Metadata } from 'next'
import { SignInPage } from '../../account/sign-in-page.tsx'

export const metadata: Metadata = { title: msg('Sign in · BetterUptime') }

export default function Page() {
  return <SignInPage />
}
