'use client'
import { RadioGroup } from '@repo/ui/radio-group'
import { t } from '@repo/ui/words'
import { useState } from 'react'
import { holdInvitation } from './held-invitation.ts'
import { oidcHref } from './oidc-href.ts'
import { SignInSteps } from './sign-in-steps.tsx'
import { SignUpForm } from './sign-up-form.tsx'
import { useMethods } from './use-methods.ts'

interface JoinAsStrangerProps {
  token: string
  /** For whoever signed in; new people join by signing up. */
  onSignedIn: () => Promise<void>
}

/** Somebody who is not signed in: new here, or not. */
export function JoinAsStranger({ token, onSignedIn }: JoinAsStrangerProps) {
  const methods = useMethods()
  const [chosen, setChosen] = useState<'new' | 'known'>('new')
  // A closed instance takes nobody new, not even by invitation.
  const takesNew = methods?.signUpMode !== 'closed'
  const who = takesNew ? chosen : 'known'
  return (
    <div className="flex flex-col gap-5">
      {takesNew && (
        <RadioGroup
          legend={t('Do you have an account?')}
          value={who}
          options={[
            { value: 'new', text: t('I am new') },
            { value: 'known', text: t('I have an account') },
          ]}
          onChange={setChosen}
          className="self-start"
        />
      )}
      {who === 'new' ? (
        <SignUpForm
          hasReset={methods?.passwordReset ?? false}
          invitation={token}
          onSignedIn={() => location.assign('/monitors')}
        />
      ) : (
        <SignInSteps
          methods={methods}
          oidcHref={oidcHref('/join')}
          onLeave={() => holdInvitation(token)}
          onSignedIn={onSignedIn}
        />
      )}
    </div>
  )
}
