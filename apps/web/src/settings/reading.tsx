'use client'
import { Button } from '@repo/ui/button'
import { rich, t } from '@repo/ui/words'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { failureText, RequestFailed } from '../api/request.ts'

export function SectionSkeleton() {
  return (
    <div aria-hidden="true" className="flex flex-col gap-4">
      <div className="skeleton h-36 rounded-card" />
      <div className="skeleton h-24 rounded-card" />
    </div>
  )
}

export function RowsSkeleton() {
  return (
    <div className="flex flex-col gap-3 py-1">
      <span className="sr-only">{t('Reading…')}</span>
      <div className="skeleton h-5 w-2/3" />
      <div className="skeleton h-5 w-1/2" />
    </div>
  )
}

interface ReadingProps<Data> {
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>
  children: (data: Data) => ReactNode
}

/** What was read; a skeleton until then, and what went wrong with a way to try again. Old data stays in sight. */
export function Reading<Data>({ query: { data, error, refetch }, children }: ReadingProps<Data>) {
  return (
    <>
      {error && (
        <div role="alert" className="flex flex-wrap items-center justify-between gap-3 py-1 text-down-fg">
          <p>
            {failureText(error)}
            {error instanceof RequestFailed && error.requestId && (
              <span className="block text-12">
                {rich('Request {requestId}', { requestId: <span className="num">{error.requestId}</span> })}
              </span>
            )}
          </p>
          <Button onClick={() => void refetch()}>{t('Retry')}</Button>
        </div>
      )}
      {data !== undefined ? children(data) : error ? null : <RowsSkeleton />}
    </>
  )
}
