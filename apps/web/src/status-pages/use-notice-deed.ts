'use client'
import { t } from '@repo/ui/words'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { failureText, isCode } from '../api/request.ts'
import { WrongAtField } from '../form/field-errors.ts'
import { notify } from '../shell/notices.tsx'
import { pagesKey } from './page-queries.ts'

interface Deed {
  readonly act: () => Promise<unknown>
  /** What is said once it is done. */
  readonly done: string
}

/** Does something that a click asks for and reads the pages anew; what is refused is said with its reason. */
export function useNoticeDeed() {
  const client = useQueryClient()
  const readAnew = () => void client.invalidateQueries({ queryKey: pagesKey })
  return useMutation({
    mutationFn: ({ act }: Deed) => act(),
    onSuccess: (_, { done }) => {
      readAnew()
      notify(done)
    },
    onError: (error) => {
      readAnew()
      notify(t('Nothing was changed. {reason}', { reason: failureText(error) }), { failed: true })
    },
  })
}

/** Does something from within a form, and says it in words there where somebody else was first. */
export async function unlessChanged(act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!isCode(error, 'changed_meanwhile')) throw error
    throw new WrongAtField('form', t('Somebody else has changed it meanwhile. Close this, and look at it anew.'), {
      cause: error,
    })
  }
}
