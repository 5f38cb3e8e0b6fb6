'use client'
import type { PageContent, StatusPage } from '@repo/contracts/status-pages'
import { t } from '@repo/ui/words'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { fieldText } from '../api/problem-words.ts'
import { failureText, isCode, RequestFailed } from '../api/request.ts'
import { capital } from '../form/field-errors.ts'
import { notify } from '../shell/notices.tsx'
import { pagesKey, saveStatusPage, statusPageQuery } from './page-queries.ts'

/** What was wrong, by its path in what was sent: `content.title`. */
export type PageErrors = Readonly<Record<string, string>>

interface Saving {
  readonly slug: string
  readonly content: PageContent
}

/** Saves a draft. Where somebody else saved one meanwhile nothing is overwritten: theirs is read, and it is for the person to say. */
export function useSavePage(id: string, { onSaved }: { onSaved: (page: StatusPage) => void }) {
  const client = useQueryClient()
  const [theirs, setTheirs] = useState<StatusPage>()
  const [errors, setErrors] = useState<PageErrors>({})
  const mutation = useMutation({
    mutationFn: ({ body, version }: { body: Saving; version: number }) => saveStatusPage(id, body, version),
    onSuccess: (page) => {
      setErrors({})
      client.setQueryData(statusPageQuery(id).queryKey, page)
      void client.invalidateQueries({ queryKey: pagesKey })
      onSaved(page)
      notify(t('The draft is saved.'))
    },
    onError: async (error) => {
      if (isCode(error, 'changed_meanwhile')) {
        const newest = await client.fetchQuery({ ...statusPageQuery(id), staleTime: 0 })
        return setTheirs(newest)
      }
      setErrors(errorsOf(error))
      notify(t('The draft was not saved. {reason}', { reason: refusalText(error) }), { failed: true })
    },
  })
  return {
    save: (body: Saving, version: number) => mutation.mutate({ body, version }),
    isPending: mutation.isPending,
    errors,
    theirs,
    resolve: () => setTheirs(undefined),
  }
}

function errorsOf(error: unknown): PageErrors {
  if (isCode(error, 'slug_taken')) return { slug: failureText(error) }
  const named = error instanceof RequestFailed ? (error.problem?.errors ?? []) : []
  // Of several at one field the first is said.
  return Object.fromEntries(named.toReversed().map(({ field, message }) => [field, capital(fieldText(message))]))
}

/** A refusal of what was written, without the paths by which programs are told of it: each field says what is wrong with it. */
export function refusalText(error: unknown): string {
  return Object.keys(errorsOf(error)).length > 0 ? t('What is wrong stands at the fields.') : failureText(error)
}

/** What is wrong at a path, or first at one below it. */
export function errorAt(errors: PageErrors, path: string): string | undefined {
  return Object.entries(errors).find(([field]) => field === path || field.startsWith(`${path}.`))?.[1]
}
