'use client'
import { t } from '@repo/ui/words'
import { useFragment } from './fragment.ts'
import { AccountFrame, TextLink } from './frame.tsx'
import { nextPath } from './next-path.ts'
import { oidcHref } from './oidc-href.ts'
import { SignInSteps } from './sign-in-steps.tsx'
import { useMethods } from './use-methods.ts'
import { useSearch } from './use-search.ts'

export function SignInPage() {
  const methods = useMethods()
  const search = useSearch()
  const challenge = new URLSearchParams(useFragment()).get('second-factor') ?? undefined
  const parameters = new URLSearchParams(search)
  const next = parameters.get('next') ?? ''
  return (
    <AccountFrame title={t('Sign in')}>
      <SignInSteps
        // It is known only after the hydration; where there is none, what was typed before then stays.
        key={challenge ?? ''}
        methods={methods}
        challenge={challenge}
        failure={failureOf(parameters.get('error'))}
        oidcHref={oidcHref(next)}
        // Going back leads to no form that is done with, and to no challenge that is spent.
        onSignedIn={() => location.replace(nextPath(location.search, location.origin))}
      />
      {methods?.signUp !== false && (
        <p className="mt-6 text-muted">
          {t('No account yet?')}{' '}
          <TextLink href={`/signup${next ? `?next=${encodeURIComponent(next)}` : ''}`}>{t('Create one')}</TextLink>
        </p>
      )}
    </AccountFrame>
  )
}

/** What the login of the organisation came back with, in words. */
function failureOf(code: string | null): string | undefined {
  switch (code) {
    case null:
      return undefined
    case 'sign_up_closed':
      return t('This instance takes nobody just like that. Ask somebody who is here for an invitation.')
    case 'not_configured':
      return t('The login of your organisation is not set up here.')
    case 'too_many_requests':
      return t('Too many tries. Wait a while before the next one.')
    default:
      return t('The login of your organisation did not let you in. Try again, or sign in another way.')
  }
}
