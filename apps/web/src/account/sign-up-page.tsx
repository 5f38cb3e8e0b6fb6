'use client'
import type { SignUpMode } from '@repo/contracts/accounts'
import { msg, t } from '@repo/ui/words'
import { AccountFrame, TextLink } from './frame.tsx'
import { nextPath } from './next-path.ts'
import { SignUpForm } from './sign-up-form.tsx'
import { useMethods } from './use-methods.ts'
import { useSearch } from './use-search.ts'

export function SignUpPage() {
  const methods = useMethods()
  const search = useSearch()
  const isClosed = methods?.signUp === false
  return (
    <AccountFrame title={isClosed ? t('Not open to everybody') : t('Create an account')}>
      {isClosed ? (
        <p className="text-16">{t(closedWords[methods.signUpMode])}</p>
      ) : (
        <SignUpForm
          hasReset={methods?.passwordReset ?? false}
          onSignedIn={() => location.assign(nextPath(location.search, location.origin))}
        />
      )}
      <p className="mt-6 text-muted">
        {t('Already have one?')} <TextLink href={`/signin${search}`}>{t('Sign in')}</TextLink>
      </p>
    </AccountFrame>
  )
}

const closedWords: Record<SignUpMode, string> = {
  open: '',
  invite: msg('People come to this instance by invitation. Ask somebody who is here for one: its link leads you in.'),
  closed: msg('This instance takes no new people. Whoever runs it can change that.'),
}
