'use client'
import type { SignInMethods } from '@repo/contracts/accounts'
import { useEffect, useState } from 'react'
import { readMethods } from './entrance.ts'

/** What the instance offers; undefined until it is known, and where it cannot be had: name and password always work. */
export function useMethods(): SignInMethods | undefined {
  const [methods, setMethods] = useState<SignInMethods>()
  useEffect(() => {
    const stop = new AbortController()
    readMethods(stop.signal).then(setMethods, () => {})
    return () => stop.abort()
  }, [])
  return methods
}
