'use client'
import { useEffect } from 'react'
import { createObservable } from '../observable.ts'

/** What the browser's tab calls the screen; the list is the product itself and has no name of its own. */
export const pageName = createObservable('')

export function usePageName(name: string): void {
  useEffect(() => {
    pageName.set(name)
    return () => pageName.set('')
  }, [name])
}
