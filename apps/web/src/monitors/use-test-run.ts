'use client'
import type { Outcome } from '@repo/domain/outcome'
import { t } from '@repo/ui/words'
import { useEffect, useState } from 'react'
import { followTestRun, type TestRunAsked } from '../api/first-look.ts'
import { failureText, RequestFailed } from '../api/request.ts'

/** What is known of a look that is not saved. A region without an outcome did not answer. */
export type TestRun =
  | { kind: 'none' }
  | { kind: 'seen'; seen: ReadonlyMap<string, Outcome | null>; isOver: boolean }
  | { kind: 'refused'; why: string }

const TYPING_PAUSE_MS = 600

/** Has it looked at when the typing pauses; whatever else is typed puts an end to the look before. */
export function useTestRun(asked: TestRunAsked | undefined): TestRun {
  const [run, setRun] = useState<TestRun>({ kind: 'none' })
  const text = asked && JSON.stringify(asked)
  useEffect(() => {
    if (text === undefined) return setRun({ kind: 'none' })
    const stop = new AbortController()
    const seen = new Map<string, Outcome | null>()
    const show = (isOver: boolean) => {
      if (!stop.signal.aborted) setRun({ kind: 'seen', seen: new Map(seen), isOver })
    }
    show(false)
    const timer = setTimeout(() => {
      followTestRun(
        JSON.parse(text) as TestRunAsked,
        (line) => {
          if ('region' in line) seen.set(line.region, line.outcome)
          show(false)
        },
        stop.signal,
      )
        .then(() => show(true))
        .catch((error: unknown) => {
          if (!stop.signal.aborted) setRun({ kind: 'refused', why: reasonOf(error) })
        })
    }, TYPING_PAUSE_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [text])
  return run
}

/** What is wrong with a field is said of the field; where an address leads to that is not looked at, what that means. */
function reasonOf(error: unknown): string {
  const [first] = error instanceof RequestFailed ? (error.problem?.errors ?? []) : []
  if (!first) return failureText(error)
  const reason = failureText(new Error(first.message))
  return /^leads to .*address/.test(first.message)
    ? t('A private or internal address is not looked at from here. {reason}', { reason })
    : reason
}

/** An address that is complete enough to be looked at, of what has been typed so far. */
export function isComplete(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return false
  return hostname === 'localhost' || hostname.startsWith('[') || /^[^.]+(\.[^.]+)*\.[^.]{1,}$/.test(hostname)
}
