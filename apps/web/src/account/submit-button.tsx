'use client'
import { Button } from '@repo/ui/button'
import { useSyncExternalStore } from 'react'

interface SubmitButtonProps {
  isBusy: boolean
  /** What is done, as the button says it: "Sign in", "Signing in…". */
  verb: readonly [string, string]
}

/** Sends the form of a page that is there before its scripts are: until then the browser would send it in a way of its own. */
export function SubmitButton({ isBusy, verb }: SubmitButtonProps) {
  const isHydrated = useIsHydrated()
  return (
    <Button type="submit" look="primary" disabled={isBusy || !isHydrated} className="mt-2 h-10">
      {isBusy ? verb[1] : verb[0]}
    </Button>
  )
}

const never = () => () => {}

function useIsHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
