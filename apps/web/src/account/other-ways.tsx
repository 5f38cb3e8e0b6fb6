'use client'
import type { Entered, SignInMethods } from '@repo/contracts/accounts'
import { Button, buttonClass } from '@repo/ui/button'
import { t } from '@repo/ui/words'
import { useEffect, useState } from 'react'
import { failureText } from '../api/request.ts'
import { FormAlert } from './frame.tsx'
import { passkeyObstacle, signInByPasskey } from './passkey.ts'

interface OtherWaysProps {
  methods: SignInMethods | undefined
  oidcHref: string
  onLeave?: (() => void) | undefined
  onEntered: (entered: Entered) => Promise<void>
}

/** What there is beside the password; nothing is offered that could not work on this page. */
export function OtherWays({ methods, oidcHref, onLeave, onEntered }: OtherWaysProps) {
  const [hasPasskeys, setHasPasskeys] = useState(false)
  useEffect(() => setHasPasskeys(passkeyObstacle() === undefined), [])
  const withPasskeys = hasPasskeys && (methods?.passkeys ?? false)
  if (!withPasskeys && !methods?.oidc) return null
  return (
    <div className="mt-6 flex flex-col gap-3 border-line border-t pt-6">
      {withPasskeys && <PasskeyButton onEntered={onEntered} />}
      {methods?.oidc && (
        <a href={oidcHref} onClick={onLeave} className={`${buttonClass('secondary')} h-10! max-w-full`}>
          <span className="truncate">{t('Continue with {organisation}', { organisation: methods.oidc.name })}</span>
        </a>
      )}
    </div>
  )
}

function PasskeyButton({ onEntered }: Pick<OtherWaysProps, 'onEntered'>) {
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  async function enter(): Promise<void> {
    setIsBusy(true)
    setFailure(undefined)
    try {
      const entered = await signInByPasskey()
      if (entered) await onEntered(entered)
      else setFailure(t('No passkey was used.'))
    } catch (error) {
      setFailure(failureText(error))
    }
    setIsBusy(false)
  }
  return (
    <>
      {failure && <FormAlert>{failure}</FormAlert>}
      <Button className="h-10" disabled={isBusy} onClick={() => void enter()}>
        {isBusy ? t('Waiting for the passkey…') : t('Use a passkey')}
      </Button>
    </>
  )
}
