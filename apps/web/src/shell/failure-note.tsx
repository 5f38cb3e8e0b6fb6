'use client'
import { Button } from '@repo/ui/button'
import { rich, t } from '@repo/ui/words'
import { failureText, RequestFailed } from '../api/request.ts'

interface FailureNoteProps {
  error: unknown
  prefix?: string
  onRetry: () => void
}

/** What could not be read, by which request, and a way to try again. */
export function FailureNote({ error, prefix = '', onRetry }: FailureNoteProps) {
  const requestId = error instanceof RequestFailed ? error.requestId : undefined
  return (
    <div
      role="alert"
      className="mb-3 flex flex-wrap items-center justify-between gap-3 rounded-card border border-down-fg/60 bg-down-tint px-4 py-2.5 text-down-fg"
    >
      <p>
        {prefix}
        {failureText(error)}
        {requestId && (
          <span className="block text-12">
            {rich('Request {id}', { id: <span className="num">{requestId}</span> })}
          </span>
        )}
      </p>
      <Button onClick={onRetry}>{t('Retry')}</Button>
    </div>
  )
}
