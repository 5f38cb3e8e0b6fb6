'use client'
import type { Outcome } from '@repo/domain/outcome'
import { t } from '@repo/ui/words'
import { useEffect, useState } from 'react'
import { followTestRun, type TestRunAsked } from '../api/first-look.ts'
import { fieldText } from '../api/problem-words.ts'
import { failureText, RequestFailed } from '../api/request.ts'
import { type DraftErrors, draftErrors } from './monitor-draft.ts'

/** What is known of a look that is not saved. A region without an outcome did not answer. */
export type TestRun =
  | { kind: 'none' }
  | { kind: 'seen'; seen: ReadonlyMap<string, Outcome | null>; isOver: boolean; looks: readonly string[] }
  | { kind: 'refused'; why: string; errors: DraftErrors }

const TYPING_PAUSE_MS = 600

/** Has it looked at when the typing pauses; whatever else is typed puts an end to the look before. */
export function useTestRun(asked: TestRunAsked | undefined): TestRun {
  const [run, setRun] = useState<TestRun>({ kind: 'none' })
  const text = asked && isComplete(asked) ? JSON.stringify(asked) : undefined
  useEffect(() => {
    if (text === undefined) return setRun({ kind: 'none' })
    const stop = new AbortController()
    const seen = new Map<string, Outcome | null>()
    const looks: string[] = []
    const show = (isOver: boolean) => {
      if (!stop.signal.aborted) setRun({ kind: 'seen', seen: new Map(seen), isOver, looks: [...looks] })
    }
    show(false)
    const timer = setTimeout(() => {
      followTestRun(
        JSON.parse(text) as TestRunAsked,
        (line) => {
          if ('region' in line) seen.set(line.region, line.outcome)
          if ('look' in line && line.look) looks.push(line.look)
          show(false)
        },
        stop.signal,
      )
        .then(() => show(true))
        .catch((error: unknown) => {
          if (!stop.signal.aborted) setRun({ kind: 'refused', why: reasonOf(error), errors: fieldsOf(error) })
        })
    }, TYPING_PAUSE_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [text])
  return run
}

/** What the API found wrong with what was typed, but for where it leads: that is said in place of the look. */
function fieldsOf(error: unknown): DraftErrors {
  const problems = error instanceof RequestFailed ? (error.problem?.errors ?? []) : []
  return draftErrors(problems.filter(({ code }) => code !== 'forbidden_address'))
}

/** What is wrong with a field is said of the field; where an address leads to that is not looked at, what that means. */
function reasonOf(error: unknown): string {
  const [first] = error instanceof RequestFailed ? (error.problem?.errors ?? []) : []
  if (!first) return failureText(error)
  const reason = failureText(new Error(fieldText(first.message)))
  return first.code === 'forbidden_address'
    ? t('A private or internal address is not looked at from here. {reason}', { reason })
    : reason
}

/** What was seen of the spec that is about to be saved; of any other one the API takes nothing. */
export function looksOf(run: TestRun): readonly string[] {
  return run.kind === 'seen' ? run.looks : []
}

/** An address that is complete enough to be looked at, of what has been typed so far. */
function isComplete({ spec }: TestRunAsked): boolean {
  const url = spec.kind === 'http' ? spec.url : ''
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return false
  return hostname === 'localhost' || hostname.startsWith('[') || /^[^.]+(\.[^.]+)*\.[^.]{1,}$/.test(hostname)
}
