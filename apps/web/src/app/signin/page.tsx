import type { Metadata } from 'next'
import { AccountPage } from '../../account/account-page.tsx'

export const metadata: Metadata = { title: 'Sign in · BetterUptime' }

export default function SignInPage() {
  return <AccountPage mode="signin" />
}
