'use client'
import { useIsFetching } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'

/** Nobody waits longer than this for what can be read later. */
const PATIENCE_MS = 2_000

/** Whether what the first screen asks for has been read: what comes after it does not stand in its way. */
export function useFirstRead(): boolean {
  const [isRead, setIsRead] = useState(false)
  const reading = useIsFetching()
  const hasBegun = useRef(false)
  useEffect(() => {
    if (reading > 0) hasBegun.current = true
    else if (hasBegun.current) setIsRead(true)
  }, [reading])
  useEffect(() => {
    const timer = setTimeout(() => setIsRead(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  return isRead
}
