import type { Metadata } from 'next'
import { AccountPage } from '../../account/account-page.tsx'

export const metadata: Metadata = { title: 'Create an account · BetterUptime' }

export default function SignUpPage() {
  return <AccountPage mode="signup" />
}
